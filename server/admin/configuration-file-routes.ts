import type { Configuration } from '../../core/configuration.ts'
import type { Destination } from '../../core/destination.ts'
import { AppError, type PlacedProblem } from '../../core/errors.ts'
import { checkInstance } from '../../core/instance.ts'
import { readConfigValue } from '../config-file/read.ts'
import type { LookUp } from '../config-file/references.ts'
import { configurationSchema } from '../config-file/schema.ts'
import { keepSecrets, withStoredSecrets } from '../config-file/stored-secrets.ts'
import { writeConfigFile } from '../config-file/write.ts'
import type { LogReader } from '../log/log.ts'
import type { Store } from '../store/store.ts'
import { isReordered, type PlannedItem, plannedItems } from './configuration-plan.ts'
import { type Configurator, newestChange, unreachableProblems } from './configurator.ts'
import { driftSince, rememberApplied } from './drift.ts'
import { triedEvents } from './plan-trial.ts'
import type { AddressProblem } from './reachable.ts'
import type { AdminRouter } from './router.ts'

export type ConfigurationFileDeps = {
  readonly store: Store
  readonly log: LogReader
  readonly catalogue: ReadonlyMap<string, Destination>
  readonly configurator: Configurator
  readonly addressProblem: AddressProblem
  /** The file that the server makes its configuration equal to at each start. */
  readonly configFile: string | undefined
  /** Of this installation, for redaction rules that hash. */
  readonly salt: string
}

/** Configuration as files: export, plan, apply. */
export function configurationFileRoutes({ on }: AdminRouter, deps: ConfigurationFileDeps): void {
  const { store, catalogue, configurator, configFile } = deps
  const schema = configurationSchema(catalogue)
  on('GET /admin/v1/configuration', async () => {
    const base = await newestChange(store)
    return { text: writeConfigFile(await store.read(), catalogue), base }
  })
  on('GET /admin/v1/configuration/schema', () => schema)
  on('POST /admin/v1/configuration/plan', async ({ body, who }) => {
    // Before it is read: what changes meanwhile is found when the plan is applied.
    const base = await newestChange(store)
    const before = await store.read()
    const read = readGiven(body.configuration, before, deps)
    const nothing = { base, items: [], reordered: false, notes: [] }
    if (!read.ok) return { ...nothing, problems: read.problems }
    // Whoever could compare could guess.
    const isGuess = who.role === 'viewer'
    const after = isGuess ? keepSecrets(read.configuration, before, catalogue) : read.configuration
    const items = plannedItems(before, after, { catalogue, drift: await driftSince(store) })
    const notes = [
      ...(isGuess ? ['Secrets are not compared for viewers: they count as unchanged.'] : []),
      ...(configFile === undefined
        ? []
        : [`The server reads ${configFile} at each start, and follows it then.`]),
    ]
    const plan = { base, problems: [], items, reordered: isReordered(before, after), notes }
    if (body.events_max === undefined) return plan
    return { ...plan, tried: await triedEvents(before, after, body.events_max, deps) }
  })
  on('POST /admin/v1/configuration/apply', async ({ body, by }) => {
    const drift = await driftSince(store)
    let items: readonly PlannedItem[] = []
    const change = await configurator.change(
      { by, base: body.base, then: () => rememberApplied(store) },
      (before) => {
        const read = readGiven(body.configuration, before, deps)
        if (!read.ok) throw new AppError('CONFIG_INVALID', { problems: read.problems })
        items = plannedItems(before, read.configuration, { catalogue, drift })
        refuse(items, body)
        return read.configuration
      },
    )
    return { change, items }
  })
}

type Read =
  | { readonly ok: true; readonly configuration: Configuration }
  | { readonly ok: false; readonly problems: PlacedProblem[] }

/** What was given, with the secrets that stay; or all that is wrong with it. */
function readGiven(given: unknown, stored: Configuration, deps: ConfigurationFileDeps): Read {
  const { catalogue } = deps
  const read = readConfigValue(withStoredSecrets(given, stored, catalogue), {
    catalogue,
    lookUp: NOT_STORED,
    check(instance) {
      const destination = catalogue.get(instance.kind)
      return destination === undefined ? [] : checkInstance(instance, destination)
    },
  })
  if (!read.ok)
    return { ok: false, problems: read.problems.map(({ at, problem }) => ({ at: [...at], problem })) }
  const problems = unreachableProblems(stored, read.configuration, deps)
  return problems.length === 0 ? read : { ok: false, problems: [...problems] }
}

const NOT_STORED: LookUp = ({ kind, name }) => ({
  ok: false,
  problem:
    kind === 'file'
      ? `the file ${name} was not read, and the server reads none`
      : `the variable ${name} was not set, and no secret is stored here under it`,
})

/** @throws {AppError} APPLY_REFUSED */
function refuse(
  items: readonly PlannedItem[],
  { allowDelete, refuseDrift }: { readonly allowDelete?: boolean; readonly refuseDrift?: boolean },
): void {
  const names = (some: readonly PlannedItem[]) => some.map(({ what, id }) => `${what} ${id}`).join(', ')
  const deleted = items.filter(({ change }) => change === 'deleted')
  if (deleted.length > 0 && allowDelete !== true)
    throw new AppError('APPLY_REFUSED', { deletes: names(deleted) })
  const drifted = items.filter(({ drift }) => drift !== undefined)
  if (drifted.length > 0 && refuseDrift === true)
    throw new AppError('APPLY_REFUSED', { drifted: names(drifted) })
}
