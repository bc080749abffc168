/** The most sources, and the most destinations, that have values of their own. */
export const IDS_MAX = 1_000
export const OTHER = 'other'

/**
 * How ids become values of a label: the first `IDS_MAX` of those that are configured are themselves, the rest are `other`, together.
 * Undefined for one that is not configured any more: it has no metrics.
 */
export function boundedIds(ids: readonly string[]): (id: string) => string | undefined {
  const labels = new Map(ids.map((id, index) => [id, index < IDS_MAX ? id : OTHER]))
  return (id) => labels.get(id)
}
