import type { Destination } from './destination.ts'
import type { SpecEvent } from './event.ts'

/** What a call may call an instance by, beside `All`. */
export type Named = {
  readonly id: string
  readonly name: string
  readonly destination: Pick<Destination, 'kind' | 'name'>
}

const EVERYTHING = 'all'

/**
 * Compiles whether a call wants an instance: `integrations: {All: false}` switches all destinations off for this call,
 * `{All: false, Heap: true}` all but one, `{Heap: false}` one. An instance is meant by its id, its name, or its kind or
 * the kind's name, whatever the case; the more exact word counts. An object of options is a `true`; what is neither
 * says nothing.
 *
 * @returns The word of the call that switches the instance off; undefined: the call may go there.
 * @see https://www.twilio.com/docs/segment/guides/filtering-data#the-integrations-object
 */
export function compileIntegrations({
  id,
  name,
  destination,
}: Named): (event: SpecEvent) => string | undefined {
  const exactness = new Map<string, number>([[EVERYTHING, 1]])
  for (const [rank, word] of [destination.name, destination.kind, name, id].entries()) {
    exactness.set(word.toLowerCase(), rank + 2)
  }
  return ({ integrations }) => {
    if (integrations === undefined || !saysNo(integrations)) return undefined
    let best = 0
    let off: string | undefined
    for (const word in integrations) {
      const rank = exactness.get(word.toLowerCase()) ?? 0
      const value = integrations[word]
      if (rank <= best || !(typeof value === 'boolean' || isObject(value))) continue
      best = rank
      off = value === false ? word : undefined
    }
    return off
  }
}

/** Most calls switch nothing off, and then no word needs to be looked up. */
function saysNo(integrations: NonNullable<SpecEvent['integrations']>): boolean {
  for (const word in integrations) if (integrations[word] === false) return true
  return false
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** For people: why the call did not go there. */
export function switchedOffText(word: string): string {
  return `The call itself switches the destination off: its integrations say "${word}": false.`
}
