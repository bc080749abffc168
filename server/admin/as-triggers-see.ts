import type { EventEnvelope, SpecEvent } from '../../core/event.ts'
import type { Lookups } from '../lookup/lookups.ts'

/**
 * The events as they come to a trigger: after the transformation of their source. Undefined where that drops one, fails or
 * takes too long.
 */
export async function asTriggersSee(
  envelopes: readonly EventEnvelope[],
  /** The texts, by the source's id. */
  transforms: ReadonlyMap<string, string>,
  transformTrial: Lookups['transformTrial'],
): Promise<readonly (SpecEvent | undefined)[]> {
  const seen: (SpecEvent | undefined)[] = envelopes.map(({ event }) => event)
  for (const [sourceId, text] of transforms) {
    const places = envelopes.flatMap((envelope, place) => (envelope.sourceId === sourceId ? [place] : []))
    if (places.length === 0) continue
    const events = places.flatMap((place) => envelopes[place]?.event ?? [])
    const { results } = await transformTrial({ text, events })
    for (const [index, place] of places.entries()) {
      const result = results[index]?.result
      seen[place] = result?.status === 'changed' ? result.event : undefined
    }
  }
  return seen
}
