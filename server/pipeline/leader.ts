import { fired, type OwnedLanes } from './owned-lanes.ts'

/** Its owner does what several processes could do, and one should. */
const LEADING_LANE = 0

/**
 * Whether this process leads, among those that share the lanes: it does while it owns the first of them. There is no moment
 * with two leaders that both may write, as little as with two owners, and nothing more to choose. `onLead` is called each
 * time that it comes to lead.
 */
export function leaderOf(owned: OwnedLanes, stop: AbortSignal, onLead: () => void = () => {}) {
  let leading = 0
  const ended = owned.each(stop, async ({ lane, stop: mine }) => {
    if (lane !== LEADING_LANE || mine.aborted) return
    leading += 1
    onLead()
    await fired(mine)
    leading -= 1
  })
  return { leads: (): boolean => leading > 0, ended }
}
export type Leader = ReturnType<typeof leaderOf>
