import type { LaneOwners, TakenLane } from './lane-owners.ts'

type Member = {
  readonly work: (taken: TakenLane) => Promise<void>
  readonly working: Set<Promise<void>>
}
/** `isLeaving`: it was asked for, and its owner still works on it. */
type Held = {
  readonly member: Member
  readonly abort: AbortController
  isLeaving: boolean
}
export type Joined = {
  readonly owners: LaneOwners
  /** What is its own now. */
  readonly lanes: () => readonly number[]
  /** It is gone for the others, and does not know: killed, or frozen until it is told by what this returns. */
  readonly lose: () => () => void
}

/** An engine in memory that shares lanes among the "processes" of a test. */
export function memoryLaneShares(lanes: number) {
  const held: (Held | undefined)[] = Array.from({ length: lanes }, () => undefined)
  const members = new Set<Member>()

  const heldBy = (member: Member) => held.filter((one): one is Held => one?.member === member)
  const staying = (member: Member) => heldBy(member).filter(({ isLeaving }) => !isLeaving)

  function give(lane: number, member: Member): void {
    const one: Held = { member, abort: new AbortController(), isLeaving: false }
    held[lane] = one
    function refused(): void {
      one.abort.abort()
      if (held[lane] === one) drop([one])
    }
    const done = member.work({ lane, stop: one.abort.signal, refused }).then(() => {
      member.working.delete(done)
      if (held[lane] !== one) return
      held[lane] = undefined
      share()
    })
    member.working.add(done)
  }

  function askBack(one: Held): void {
    one.isLeaving = true
    one.abort.abort()
  }

  /** What is nobody's goes to who has least; who has too much is asked for some. */
  function share(): void {
    if (members.size === 0) return
    const counts = new Map([...members].map((member) => [member, staying(member).length]))
    const sorted = () => [...counts].toSorted(([, a], [, b]) => a - b)
    function one(more: -1 | 1): Member {
      const [member, count] = sorted().at(more === 1 ? 0 : -1) as [Member, number]
      counts.set(member, count + more)
      return member
    }
    held.forEach((now, lane) => {
      if (now === undefined) give(lane, one(1))
    })
    // What was asked for counts as there, or it would be asked for again.
    for (const now of held) if (now?.isLeaving) one(1)
    while ((sorted().at(-1)?.[1] ?? 0) - (sorted()[0]?.[1] ?? 0) > 1) {
      askBack(staying(one(-1))[0] as Held)
      one(1)
    }
  }

  /** It is not a member any more, and what it has is free. */
  function drop(ones: readonly Held[]): void {
    for (const one of ones) held[held.indexOf(one)] = undefined
    share()
  }

  return {
    /** A new process. */
    join(): Joined {
      const stopped = Promise.withResolvers<void>()
      let member: Member | undefined
      return {
        owners: {
          async run(work) {
            member = { work, working: new Set() }
            members.add(member)
            share()
            await stopped.promise
            await Promise.all(member.working)
          },
          stop() {
            if (member !== undefined) {
              members.delete(member)
              for (const one of heldBy(member)) askBack(one)
            }
            stopped.resolve()
          },
        },
        lanes: () => held.flatMap((one, lane) => (one !== undefined && one.member === member ? [lane] : [])),
        lose() {
          if (member === undefined) return () => {}
          members.delete(member)
          const lost = heldBy(member)
          drop(lost)
          return () => {
            for (const one of lost) askBack(one)
          }
        },
      }
    },
  }
}
