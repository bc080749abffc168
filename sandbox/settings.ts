import { isObject } from './check-fields.ts'

/** What a sandbox can be told about the Heap that it stands in for. Data, like a fault rule; a reset leaves it alone. */
export type Settings = {
  /** `count`: requests over a budget are taken, and counted as breaches. `refuse`: they are answered with 429. */
  readonly limits: 'off' | 'count' | 'refuse'
  /** Heap's Account ID setting: the user property that holds the account's id. Empty: not set. */
  readonly accountKey: string
  /** Refuse accounts while `accountKey` is empty, as Heap asks for that setting first. */
  readonly requireAccountKey: boolean
  /** The keys that the deletion API takes. An empty list: any key that is not empty. Never a real one. */
  readonly apiKeys: readonly string[]
  /** A deletion is complete at this poll of its status … */
  readonly deletionPolls: number
  /** … or this much later, whichever comes first. */
  readonly deletion_ms: number
}

export const SETTINGS_DEFAULT: Settings = {
  limits: 'count',
  accountKey: '',
  requireAccountKey: false,
  apiKeys: [],
  deletionPolls: 2,
  deletion_ms: 60_000,
}

const API_KEYS_MAX = 100
const TEXT_CHARS_MAX = 1_023
const DELETION_POLLS_MAX = 1_000_000
/** A day: Heap states no time. */
const DELETION_MS_MAX = 86_400_000

const isText = (value: unknown) => typeof value === 'string' && value.length <= TEXT_CHARS_MAX
const isIntegerIn = (min: number, max: number) => (value: unknown) =>
  Number.isInteger(value) && (value as number) >= min && (value as number) <= max

const FIELDS: {
  readonly [name in keyof Settings]: readonly [(value: unknown) => boolean, string]
} = {
  limits: [
    (value) => value === 'off' || value === 'count' || value === 'refuse',
    '"off", "count" or "refuse"',
  ],
  accountKey: [isText, 'the name of a user property, or empty'],
  requireAccountKey: [(value) => typeof value === 'boolean', 'true or false'],
  apiKeys: [
    (value) => Array.isArray(value) && value.length <= API_KEYS_MAX && value.every(isText),
    `a list of at most ${API_KEYS_MAX} texts`,
  ],
  deletionPolls: [isIntegerIn(1, DELETION_POLLS_MAX), 'a whole number, 1 or more'],
  deletion_ms: [isIntegerIn(0, DELETION_MS_MAX), `whole milliseconds, at most ${DELETION_MS_MAX}`],
}

/** Says what is wrong with some settings, or nothing. A misspelt one is wrong: it would silently do nothing. */
export function settingsProblem(settings: unknown): string | undefined {
  if (!isObject(settings)) return 'settings must be an object'
  for (const [name, value] of Object.entries(settings)) {
    const field = Object.hasOwn(FIELDS, name) ? FIELDS[name as keyof Settings] : undefined
    if (field === undefined) return `there is no setting ${JSON.stringify(name)}`
    const [isRight, wanted] = field
    if (!isRight(value)) return `${name} must be ${wanted}`
  }
  return undefined
}
