import type { AlertSettings, Configuration, Instance, Source } from '../../core/configuration.ts'
import { readAlerts } from '../../core/read-alerts.ts'
import { type Path, type Problem, pathText } from './problem.ts'
import { type Catalogue, type ReadInstance, readInstances } from './read-instances.ts'
import { readPlans, reportMissingPlans } from './read-plans.ts'
import { readSources } from './read-sources.ts'
import { type Keys, type Reader, readObject } from './reader.ts'
import { type LookUp, nothingThere, resolveReferences } from './references.ts'
import { trapIn } from './traps.ts'
import { readYaml, type YamlDocument } from './yaml-document.ts'

const KEYS: Keys = { required: [], optional: ['sources', 'destinations', 'plans', 'alerts'] }

/** What is wrong with an instance's settings, triggers and mappings; `at` is `['settings', 'appId']` or the like. */
export type CheckInstance = (instance: Instance) => readonly { readonly at: Path; readonly problem: string }[]
/** What is wrong with the text of a source's transformation. */
export type CheckTransform = (text: string) => string | undefined

export type ReadConfigFile =
  | { readonly ok: true; readonly configuration: Configuration }
  | { readonly ok: false; readonly problems: readonly Problem[] }
/** The same where the places are not those of a text. */
export type ReadConfigValue =
  | { readonly ok: true; readonly configuration: Configuration }
  | { readonly ok: false; readonly problems: readonly FoundProblem[] }
export type FoundProblem = { readonly at: Path; readonly problem: string; readonly part?: 'key' | undefined }

export type ConfigRules = {
  readonly catalogue: Catalogue
  readonly check: CheckInstance
  /** Finds what references stand for. */
  readonly lookUp?: LookUp
  /** Left out, transformations are not looked at. */
  readonly checkTransform?: CheckTransform
}
/** What a text says besides its value; a value that never was one has nothing of it. */
export type ConfigText = Pick<YamlDocument, 'value' | 'scalars' | 'sourceOf'>

/**
 * Reads a configuration file, or tells everything that is wrong with it, in the order of its lines: a file is mended
 * in one go, not one run at a time. `lookUp` finds what references stand for. A file with a problem gives no configuration at all.
 */
export function readConfigFile(
  text: string,
  catalogue: Catalogue,
  check: CheckInstance,
  lookUp: LookUp = nothingThere,
  checkTransform: CheckTransform = () => undefined,
): ReadConfigFile {
  const read = readYaml(text)
  if (!read.ok) return read
  const { yaml, problems: before } = read
  if (yaml.value === null || yaml.value === undefined) {
    return { ok: false, problems: [{ line: 1, column: 1, at: '', problem: EMPTY_PROBLEM }] }
  }
  const whole = readConfigText(yaml, { catalogue, check, lookUp, checkTransform })
  if (whole.ok && before.length === 0) return whole
  const found = whole.ok ? [] : whole.problems
  const placed = found.map(({ at, problem, part }) => ({
    ...yaml.positionOf(at, part),
    at: pathText(at),
    problem,
  }))
  return { ok: false, problems: inOrder([...before, ...placed]) }
}

/** Half-written files are empty too, and taking one for "nothing is configured" would delete everything. */
export const EMPTY_PROBLEM = 'the file is empty; write "sources: []" to configure nothing'

export function inOrder(problems: readonly Problem[]): readonly Problem[] {
  return problems.toSorted((a, b) => a.line - b.line || a.column - b.column)
}

/** Reads a value that has the form of a configuration file, such as one that was put together of several. */
export function readConfigValue(value: unknown, rules: ConfigRules): ReadConfigValue {
  return readConfigText({ value, scalars: [], sourceOf: () => undefined }, rules)
}

export function readConfigText(
  text: ConfigText,
  { catalogue, check, lookUp = nothingThere, checkTransform = () => undefined }: ConfigRules,
): ReadConfigValue {
  const reader = makeReader(text)
  const {
    sources: sourceList,
    destinations,
    plans: planList,
    alerts: alertSettings,
  } = readObject(reader, [], resolveReferences(reader, text.value, lookUp), KEYS)
  const sources = readSources(reader, sourceList)
  const instances = readInstances(reader, destinations, sources, catalogue)
  const plans = readPlans(reader, planList)
  reportMissingPlans(reader, sources, plans)
  const alerts = readAlertSettings(reader, alertSettings)
  reportTraps(reader, text)
  for (const [index, source] of sources.entries()) reportTransform(reader, source, index, checkTransform)
  for (const instance of instances) reportCheck(reader, instance, check)

  const problems = reader.problems()
  if (problems.length > 0) return { ok: false, problems }
  const configuration = {
    ...{ sources, instances: instances.map(({ instance }) => instance) },
    ...(plans.length === 0 ? {} : { plans }),
    ...(alerts === undefined ? {} : { alerts }),
  }
  return { ok: true, configuration }
}

function readAlertSettings(reader: Reader, value: unknown): AlertSettings | undefined {
  if (value === undefined || value === null) return undefined
  const read = readAlerts(value)
  if (read.ok) return read.alerts
  for (const { at, problem } of read.problems) reader.report(['alerts', ...at], problem)
  return undefined
}

type CollectingReader = Reader & {
  /** Whether something is wrong at this place, or at one around it. */
  isReported(at: Path): boolean
  problems(): readonly FoundProblem[]
}

function makeReader({ sourceOf }: ConfigText): CollectingReader {
  const found: FoundProblem[] = []
  const places = new Set<string>()
  return {
    sourceOf,
    report(at, problem, part) {
      places.add(JSON.stringify(at))
      found.push({ at, problem, part })
    },
    count: () => found.length,
    isReported(at) {
      return at.some((_, index) => places.has(JSON.stringify(at.slice(0, index + 1))))
    },
    problems: () => found,
  }
}

function reportTraps(reader: CollectingReader, { scalars }: ConfigText): void {
  for (const found of scalars) {
    const problem = trapIn(found)
    if (problem !== undefined && !reader.isReported(found.path)) reader.report(found.path, problem)
  }
}

function reportTransform(
  reader: CollectingReader,
  { transform }: Source,
  index: number,
  check: CheckTransform,
): void {
  const place = ['sources', index, 'transform']
  const problem = transform === undefined || reader.isReported(place) ? undefined : check(transform)
  if (problem !== undefined) reader.report(place, problem)
}

/** What has been reported already is not said again in other words. */
function reportCheck(
  reader: CollectingReader,
  { instance, at, destination, actionIndexes }: ReadInstance,
  check: CheckInstance,
): void {
  if (destination === undefined) return
  const problems = check(instance).map(({ at: inner, problem }) => {
    const [first, index, ...rest] = inner
    const isAction = first === 'actions' && typeof index === 'number'
    const translated = isAction ? ['actions', actionIndexes[index] ?? index, ...rest] : inner
    return { place: [...at, ...translated], problem }
  })
  const news = problems.filter(({ place }) => !reader.isReported(place))
  for (const { place, problem } of news) reader.report(place, problem)
}
