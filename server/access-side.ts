import type { Logger } from 'pino'
import { catalogue } from '../destinations/index.ts'
import { auditSide } from './audit-side.ts'
import type { ServerConfig } from './config.ts'
import type { EngineData } from './engines/engine-data.ts'
import { openAccess } from './engines/open.ts'
import { peopleSide } from './people-side.ts'
import type { SealedStore } from './store/open.ts'

type AccessSideDeps = {
  readonly engine: EngineData
  readonly config: ServerConfig
  /** Its keys seal what is secret here too. */
  readonly store: SealedStore
  readonly logger: Logger
  /** Where the pages are, without a slash at its end. */
  readonly pagesUrl: () => string
  /** The newest change that the configuration file made at this start. */
  readonly changeByFile: number | undefined
}

/**
 * Who may use the admin side, and what they did: one file. What the server does by itself is noted too.
 *
 * @throws {AppError} SCHEMA_TOO_NEW, OPTION_INVALID
 */
export async function accessSide({ engine, config, store, logger, pagesUrl, changeByFile }: AccessSideDeps) {
  const { login, mail, auditAge_ms_max: age_ms_max } = config
  const db = await openAccess(engine)
  const records = auditSide({
    ...{ db, store, catalogue, age_ms_max, now_ms: Date.now },
    onFault: (error) =>
      logger.error({ err: error }, 'The audit log cannot be written: nothing may be changed'),
  })
  const people = peopleSide({
    ...{ db, login, mail, pagesUrl, now_ms: Date.now, audit: records.audit, findToken: records.findToken },
    sealer: store.sealer,
    onTrouble: (error) => logger.error({ err: error }, 'A mail could not be sent'),
  })
  if (changeByFile !== undefined) {
    const details = await records.auditing.detailsOfChange(changeByFile)
    await records.noteOwn('configuration.file', { ...details, change: changeByFile })
  }
  await records.noteOwn('server.start', { after: { login: login.isOn ? 'on' : 'off' } })
  // Whoever keeps this line elsewhere sees later whether the log was made anew: docs/operating.md.
  logger.info({ audit: await records.audit.end() }, 'The end of the audit log')

  return {
    ...{ people, records },
    async stop(): Promise<void> {
      people.stop()
      records.stop()
      await records.noteOwn('server.stop')
      await db.close()
    },
  }
}
