import type { CallType } from '../../core/event.ts'
import { setOwn } from '../../core/own.ts'

/** The fields of a call that columns are taken for without a rule, however they are written: `User ID`, `user_id`. */
const FIELDS = ['userId', 'anonymousId', 'messageId', 'groupId', 'previousId', 'event', 'timestamp', 'type']
const OBJECTS = ['properties', 'traits', 'context', 'integrations'] as const

/** Stands for the properties or traits, which only the whole row tells. */
const REST = ''

/** Where the values of a column go that no rule names: to the field of its name, else to the properties or traits. */
export function usualPath(column: string): readonly string[] {
  const plain = column.toLowerCase().replaceAll(/[_ -]/g, '')
  const field = FIELDS.find((name) => name.toLowerCase() === plain)
  if (field !== undefined) return [field]
  const [root = '', ...inner] = column.split('.')
  const isPath = inner.length > 0 && (OBJECTS as readonly string[]).includes(root)
  return isPath ? [root, ...inner] : [REST, column]
}

/** A call while it is made of the columns of a row. */
export type Making = {
  readonly call: Record<string, unknown>
  /** What goes to the properties or the traits. */
  readonly others: Record<string, unknown>
}

export function placeValue({ call, others }: Making, path: readonly string[], value: unknown): void {
  const [root, ...inner] = path
  const [names, start] = root === REST ? [inner, others] : [path, call]
  let object = start
  for (const name of names.slice(0, -1)) {
    const next = Object.hasOwn(object, name) ? object[name] : undefined
    const made = typeof next === 'object' && next !== null ? (next as Record<string, unknown>) : {}
    if (made !== next) setOwn(object, name, made)
    object = made
  }
  setOwn(object, names.at(-1) as string, value)
}

/** The whole call, once all columns have their places. `type` and `event` are of rows that have none. */
export function completed(
  { call, others }: Making,
  { type, event }: { readonly type: CallType; readonly event: string | undefined },
): Record<string, unknown> {
  const callType = call['type'] ?? type
  const name = callType === 'track' && call['event'] === undefined ? { event } : {}
  const place = callType === 'identify' || callType === 'group' ? 'traits' : 'properties'
  const given = call[place]
  const rest = Object.keys(others).length === 0 ? {} : { [place]: { ...others, ...(given as object) } }
  return { ...call, type: callType, ...name, ...rest }
}
