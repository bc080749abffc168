import type { Breaches } from './budgets.ts'

/** What an app was sent, since the start or the last reset. What is forgotten past a bound stays counted. */
export type Counts = {
  requests: number
  refused: number
  /** Events that were new. */
  accepted: number
  /** Events whose idempotency key had been seen: nothing was changed by them. */
  repeated: number
  userWrites: number
  accountWrites: number
  /** Links of a user_id, or an anonymous_id, to an identity. */
  identified: number
  /** Those of them that merged two people, since the id had events of its own. */
  merged: number
  /** Links that Heap answers with 200 and then ignores. */
  identifyDropped: number
  /** Users asked to be deleted, who were there, and their events. Counted when the deletion is complete. */
  usersDeleted: number
  eventsDeleted: number
  breaches: Breaches
}

export function noCounts(): Counts {
  return {
    requests: 0,
    refused: 0,
    accepted: 0,
    repeated: 0,
    userWrites: 0,
    accountWrites: 0,
    identified: 0,
    merged: 0,
    identifyDropped: 0,
    usersDeleted: 0,
    eventsDeleted: 0,
    breaches: { singleTrack: 0, bulkTrackIdentity: 0, bulkTrackApp: 0, userProperties: 0 },
  }
}
