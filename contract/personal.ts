/**
 * Marks of the parts of an answer that may say something of a person. Whoever may not see personal values gets these
 * parts masked: texts as `•••`, numbers and flags as null; names of fields and the shape stay. A part without a mark of its
 * own goes with what it stands in. Every part that may hold anything must be marked one way or the other.
 */
export type PersonalMark =
  /** All of it is masked. */
  | true
  /** None of it is: configuration, or counts. */
  | false
  /** A sentence of a receiver or of ours: what it quotes is masked, and what looks like an id, a number or an address. */
  | 'quotes'
  /**
   * All of it is masked but these places: `event.type` for a text, number or flag, `clauses.*.text` for one of each in a
   * list, `wrong.**` for everything below, `~end.text` for a sentence that is masked as with `quotes`.
   */
  | { readonly keeps: readonly string[] }
export const PERSONAL_MARK = 'x-personal'
export const PERSONAL = { [PERSONAL_MARK]: true } as const
export const NOT_PERSONAL = { [PERSONAL_MARK]: false } as const
export const QUOTES_PERSONAL = { [PERSONAL_MARK]: 'quotes' } as const
export function personalBut(...keeps: readonly string[]) {
  return { [PERSONAL_MARK]: { keeps } } as const
}

/**
 * Marks what of a request asks which events hold a value: a text that stands in them, a person, a condition of one's own.
 * Whoever may not see personal values may not ask so either, for the count alone would tell.
 */
export const ASKS_MARK = 'x-asks-personal'
export const ASKS_PERSONAL = { [ASKS_MARK]: true } as const
/** Asks no such thing, though its name may sound like it. */
export const ASKS_NOTHING = { [ASKS_MARK]: false } as const

/** What of an event is no value of a person: what it is, which it is, and when it was. */
const EVENT_KEPT = [
  ...['type', 'event', 'name', 'category', 'messageId', 'timestamp', 'originalTimestamp', 'sentAt'],
  ...['context.library.name', 'context.library.version'],
]
export const EVENT_PERSONAL = personalBut(...EVENT_KEPT)
export const ENTRY_PERSONAL = personalBut(
  ...['kind', 'address', 'sourceId', 'receivedAt', 'messageId'],
  ...['refusal.code', '~refusal.reason', 'refusal.type', 'refusal.messageId'],
  ...EVENT_KEPT.map((path) => `event.${path}`),
)
/** Of what a transformation made of an event. */
export const TRANSFORM_KEPT = ['of', 'status', '~problem', ...EVENT_KEPT.map((path) => `event.${path}`)]
const EXPLANATION_KEPT = [
  ...['id', 'action', 'name', 'enabled', 'wrong.**', 'hints.**', 'consent.**', 'switchedOff'],
  ...['trigger.matches', 'trigger.clauses.*.text', 'trigger.clauses.*.span.**', 'trigger.clauses.*.holds'],
  ...['trigger.clauses.*.values.*.text', 'fields.*.name', 'fields.*.label', 'fields.*.origin.**'],
  ...['~fields.*.problems.*', 'problems.*.field', '~problems.*.problem', 'requests.*.method'],
  ...['requests.*.url', 'calls.*.name', 'adjustments.*.field', '~adjustments.*.text'],
  ...['end.status', 'end.reason.code', '~end.reason.text'],
  ...TRANSFORM_KEPT.map((path) => within('transforms.*.', path)),
]
export const EXPLANATION_PERSONAL = personalBut(...EXPLANATION_KEPT)
export const EXPLAINED_PERSONAL = personalBut(
  ...['refused.code', '~refused.reason'],
  ...EVENT_KEPT.map((path) => `event.${path}`),
  ...EXPLANATION_KEPT.map((path) => within('explanations.*.', path)),
)

function within(place: string, path: string): string {
  return path.startsWith('~') ? `~${place}${path.slice(1)}` : `${place}${path}`
}
