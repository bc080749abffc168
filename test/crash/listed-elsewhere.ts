/** Series and shapes are counted beside the counts, and must say the same. */
export async function listedElsewhere(
  adminUrl: string,
  { source, destination }: { readonly source: string; readonly destination: string },
): Promise<Record<string, number>> {
  type Series = { readonly series: Record<string, readonly number[]> }
  const from = new Date(Date.now() - 3_600_000).toISOString()
  const read = (of: string) => json<Series>(`${adminUrl}/admin/v1/series?of=${of}&from=${from}`)
  const sum = ({ series }: Series, name: string) =>
    (series[name] ?? []).reduce((total, one) => total + one, 0)
  const { events } = await json<{ events: { count: number }[] }>(
    `${adminUrl}/admin/v1/sources/${source}/schema`,
  )
  return {
    'accepted in the series': sum(await read(source), 'accepted'),
    'delivered in the series': sum(await read(destination), 'delivered'),
    'seen by the event index': events.reduce((total, { count }) => total + count, 0),
  }
}

async function json<T>(url: string): Promise<T> {
  return (await (await fetch(url)).json()) as T
}
