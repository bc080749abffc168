import type { Envelope } from '../../core/event.ts'
import type { CompiledInstance } from '../../core/instance.ts'

type OfSource = { readonly discarded: number; readonly filtered: number }

/** By source: how many events no trigger matched, and how many consent or the call itself keeps from this instance. */
export type Skipped = ReadonlyMap<string, OfSource>

/**
 * How an entry passes an instance whose triggers need not be asked: `apart` is none of its events and is not counted.
 * Undefined: it is an event, and for its triggers to say.
 */
export function passedBy(
  instance: Pick<CompiledInstance, 'sources' | 'filters'>,
  envelope: Envelope,
): 'apart' | 'filtered' | undefined {
  if (!instance.sources.has(envelope.sourceId)) return 'apart'
  // Its person was deleted before it was read: a source accepted it, so it is counted here too.
  if (envelope.kind === 'erased' && envelope.was === 'event') return 'filtered'
  if (envelope.kind !== 'event') return 'apart'
  return instance.filters(envelope) === undefined ? undefined : 'filtered'
}

/**
 * Counts what passes an instance, after what was counted before. Most events are handled, so a map is made only where one was
 * not; many in a row are of one source, which is looked up once for them.
 */
export function skips(before?: Skipped) {
  let counts = before && new Map([...before].map(([sourceId, ofSource]) => [sourceId, { ...ofSource }]))
  let row: { readonly sourceId: string; readonly ofSource: Counting } | undefined

  function rowOf(sourceId: string): Counting {
    counts ??= new Map()
    const ofSource = counts.get(sourceId) ?? { discarded: 0, filtered: 0 }
    counts.set(sourceId, ofSource)
    row = { sourceId, ofSource }
    return ofSource
  }
  return {
    add(sourceId: string, why: keyof OfSource): void {
      const ofSource = row?.sourceId === sourceId ? row.ofSource : rowOf(sourceId)
      ofSource[why] += 1
    },
    /** Undefined: nothing since it was taken last. */
    take(): Skipped | undefined {
      const taken = counts
      counts = undefined
      row = undefined
      return taken
    },
  }
}
type Counting = { -readonly [Why in keyof OfSource]: number }
