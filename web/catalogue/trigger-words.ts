import { CALL_TYPES, type CallType, type SpecEvent } from '../../core/event.ts'
import { compileNode } from '../../core/trigger/compile.ts'
import { readTrigger } from '../../core/trigger/parse.ts'

/** Which calls a trigger lets through by their type alone: `track, page and screen calls`. */
export function callsText(trigger: string): string {
  const read = readTrigger(trigger)
  if (!read.ok) return 'no calls: its trigger cannot be read'
  const matches = compileNode(read.node)
  const types = CALL_TYPES.filter((type) => matches(bareEvent(type)))
  if (types.length === CALL_TYPES.length) return 'all calls'
  return types.length === 0 ? `calls for which ${trigger}` : `${listText(types)} calls`
}

/** `a`, `a and b`, `a, b and c`. */
export function listText(items: readonly string[]): string {
  if (items.length < 2) return items[0] ?? ''
  return `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`
}

function bareEvent(type: CallType): SpecEvent {
  return { type, messageId: 'm', timestamp: '2026-01-01T00:00:00.000Z', userId: 'u' } as SpecEvent
}
