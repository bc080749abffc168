import type { Configuration } from '../core/configuration.ts'
import { checkConnections } from '../core/connection.ts'
import { connectedInstances } from '../core/transform/connected.ts'
import { catalogue } from '../destinations/index.ts'
import type { AppOptions } from './app.ts'
import type { EngineData } from './engines/engine-data.ts'
import { openStore } from './engines/open.ts'
import { formerSecrets } from './former-secrets.ts'
import { liveConfiguration } from './live-configuration.ts'
import { installationSalt, personHash } from './persons/hash.ts'
import { suppressionList } from './persons/suppression.ts'
import type { SealedStore } from './store/open.ts'

const KEY_MADE =
  'A key for the secrets was made. Keep a copy elsewhere: without it they cannot be read. docs/secrets.md says more.'

/**
 * What is configured, and what the server needs to know of persons.
 *
 * @throws {AppError} CONNECTION_INVALID
 */
export async function configured(engine: EngineData, options: AppOptions) {
  const { store, configuration, changeByFile } = await openConfigured(engine, options)
  const salt = await installationSalt(store)
  const suppression = await suppressionList(store, personHash(salt))
  const live = liveConfiguration(configuration, salt)
  const former = await formerSecrets(store, catalogue)
  const instances = former.with(connectedInstances(configuration))
  return { store, instances, salt, suppression, live, former, changeByFile }
}
export type Configured = Awaited<ReturnType<typeof configured>>

async function openConfigured(
  engine: EngineData,
  { config, configuration: given, isSample = false, adjust = same, logger, secrets }: AppOptions,
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
  const store = await openStore(engine, {
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
