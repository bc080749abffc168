import type { Crowd } from './clients.ts'

export const SOURCE = 'verify'
export const WRITE_KEY = 'verify-key'
/** A Heap that takes everything, and one that fails in every way. */
export const CALM = { id: 'calm', appId: '11' }
export const TROUBLED = { id: 'troubled', appId: '12' }

export const CROWD: Crowd = {
  writeKey: WRITE_KEY,
  clients: 8,
  peoplePerClient: 25,
  hotShare: 0.1,
  discardedShare: 0.02,
  refusedShare: 0.005,
}

/** Everybody's events go to each destination. JSON is YAML too. Nobody waits for Heap's budgets: they are not what is verified. */
export function configurationFor(
  destinations: readonly { id: string; appId: string; url: string }[],
): string {
  return JSON.stringify({
    sources: [{ id: SOURCE, name: 'Verify', kind: 'http', writeKey: WRITE_KEY }],
    destinations: destinations.map(({ id, appId, url }) => ({
      id,
      kind: 'heap',
      name: id,
      sources: [SOURCE],
      settings: { appId, apiUrl: url, eventsPerMinute: 100_000_000, eventsPerMinutePerPerson: 100_000_000 },
    })),
  })
}
