import { makeNewest } from './bounded.ts'
import type { Counts } from './counts.ts'
import type { AliasKind, LinkResult, People, PersonKeys } from './people.ts'

export type DroppedLink = {
  readonly kind: AliasKind
  readonly id: string
  readonly identity: string
  readonly reason: LinkResult
  readonly received_ms: number
}
export type Links = ReturnType<typeof makeLinks>

const DROPPED_LINKS_MAX = 50

/** Links ids to the identities of one app, counts what came of it, and keeps the newest that Heap would drop silently. */
export function makeLinks(people: People, counts: Counts) {
  const dropped = makeNewest<DroppedLink>(DROPPED_LINKS_MAX)

  function link(kind: AliasKind, id: string, identity: string, received_ms: number): void {
    const result = people.link(kind, id, identity, received_ms)
    if (result === 'known') return
    if (result === 'merged') counts.merged++
    if (result === 'merged' || result === 'linked') {
      counts.identified++
      return
    }
    counts.identifyDropped++
    dropped.add({ kind, id, identity, reason: result, received_ms })
  }

  /** An identity with other ids beside it. */
  function linkBeside({ identity, user_id, anonymous_id }: PersonKeys, received_ms: number): void {
    if (identity === undefined) return
    if (user_id !== undefined) link('user_id', user_id, identity, received_ms)
    if (anonymous_id !== undefined) link('anonymous_id', anonymous_id, identity, received_ms)
  }

  return { dropped, link, linkBeside }
}
