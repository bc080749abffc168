import type { Logger } from 'pino'
import type { Configuration } from '../core/configuration.ts'
import { checkConnections } from '../core/connection.ts'
import { catalogue } from '../destinations/index.ts'
import type { ServerConfig } from './config.ts'
import type { DataFolder } from './data-folder.ts'
import type { SecretsInSight } from './secrets-in-sight.ts'
import { openSealedStore, type SealedStore } from './store/open.ts'

const KEY_MADE =
  'A key for the secrets was made. Keep a copy elsewhere: without it they cannot be read. docs/secrets.md says more.'

export type StoreOptions = {
  readonly config: ServerConfig
  readonly logger: Logger
  /** Told of every secret before anything is done with it, so that the log stays without. */
  readonly secrets?: Pick<SecretsInSight, 'add'>
  /** From the configuration file; undefined leaves what is stored as it is. */
  readonly configuration: Configuration | undefined
  /** It is a beginning: what people have configured since stays, where there is anything. */
  readonly isSample?: boolean
  /** Puts right what another port or place makes wrong in a configuration. */
  readonly adjust?: (configuration: Configuration) => Configuration
}

/**
 * Opens the store, and puts into it what a configuration file says.
 *
 * @throws {AppError} CONNECTION_INVALID, and what `openSealedStore` throws
 */
export async function openStore(
  { storeFile }: DataFolder,
  { config, configuration: given, isSample = false, adjust = same, logger, secrets }: StoreOptions,
): Promise<{
  readonly store: SealedStore
  readonly configuration: Configuration
  readonly changeByFile: number | undefined
}> {
  if (given !== undefined) {
    secrets?.add(given, catalogue)
    checkConnections(given, catalogue)
  }
  const author = { by: 'the configuration file', at_ms: Date.now() }
  const store = await openSealedStore(storeFile, config.postgres, {
    key: config.secretKey,
    onKeyMade: (file) => logger[isSample ? 'info' : 'warn']({ file }, KEY_MADE),
  })
  try {
    const stored = await store.read()
    secrets?.add(stored, catalogue)
    const isEmpty = stored.sources.length + stored.instances.length === 0
    const next = given === undefined || (isSample && !isEmpty) ? stored : given
    const changes = await store.apply(adjust(next), author)
    for (const { what, id, change } of changes) logger.info({ what, id, change }, 'Configuration changed')
    const [newest] = changes.length === 0 ? [] : await store.changes({}, 1)
    const configuration = await store.read()
    checkConnections(configuration, catalogue)
    return { store, configuration, changeByFile: newest?.number }
  } catch (error) {
    await store.close()
    throw error
  }
}

const same = (configuration: Configuration) => configuration
