import { type Address, addressText } from '../../core/event.ts'
import type { AsideSum, NewParked, Parked, ParkedChanges, ParkedKind, ParkedSubject } from './ledger.ts'
import { added as addedTo } from './tables/parked.ts'

type Waiting = { due_ms: number; readonly rows: Map<number, Parked> }

/** What is parked, for `memoryLedger`: by instance and subject, in the order of parking. */
export function parkedMaps() {
  const instances = new Map<string, Map<string, Waiting>>()
  const subjectOf = new Map<number, string>()
  let last = 0

  function add(waiting: Map<string, Waiting>, one: NewParked): void {
    const subject = waiting.get(one.subject) ?? { due_ms: one.due_ms, rows: new Map() }
    waiting.set(one.subject, subject)
    last += 1
    subject.rows.set(last, { ...one, id: last })
    subjectOf.set(last, one.subject)
  }

  function rowsOf(waiting: Map<string, Waiting>, id: number): Map<number, Parked> | undefined {
    return waiting.get(subjectOf.get(id) ?? '')?.rows
  }

  function look(waiting: Map<string, Waiting>, { subject, due_ms }: ParkedSubject): void {
    const known = waiting.get(subject)
    if (known === undefined) return
    const [head] = known.rows.values()
    if (head === undefined) waiting.delete(subject)
    else known.due_ms = Math.max(due_ms, head.due_ms)
  }

  return {
    change(instanceId: string, { added, ended, postponed, subjects }: ParkedChanges): void {
      const waiting = instances.get(instanceId) ?? new Map<string, Waiting>()
      instances.set(instanceId, waiting)
      for (const one of added ?? []) add(waiting, one)
      for (const id of ended ?? []) {
        rowsOf(waiting, id)?.delete(id)
        subjectOf.delete(id)
      }
      for (const { id, due_ms, state, aside } of postponed ?? []) {
        const rows = rowsOf(waiting, id)
        const row = rows?.get(id)
        if (row === undefined) continue
        const { state: _, aside: __, ...rest } = row
        rows?.set(id, {
          ...rest,
          due_ms,
          ...(state === undefined ? {} : { state }),
          ...(aside === undefined ? {} : { aside }),
        })
      }
      for (const one of subjects ?? []) look(waiting, one)
    },
    /** How many were counted as parked, by subscription. */
    forget(instanceId: string): ReadonlyMap<string, number> {
      const counts = new Map<string, number>()
      for (const { rows } of instances.get(instanceId)?.values() ?? []) {
        for (const { id, subscriptionId, replay } of rows.values()) {
          subjectOf.delete(id)
          if (replay?.isDead !== true) counts.set(subscriptionId, (counts.get(subscriptionId) ?? 0) + 1)
        }
      }
      instances.delete(instanceId)
      return counts
    },
    ...parkedReads(instances),
  }
}

function parkedReads(instances: ReadonlyMap<string, ReadonlyMap<string, Waiting>>) {
  return {
    has: (instanceId: string, subject: string) => instances.get(instanceId)?.has(subject) ?? false,
    next(instanceId: string, count_max: number, kind?: ParkedKind): readonly ParkedSubject[] {
      const found = [...(instances.get(instanceId) ?? [])]
        .filter(([, waiting]) => kind === undefined || kindOf(waiting) === kind)
        .map(([subject, { due_ms }]) => ({ subject, due_ms }))
      return found.sort((a, b) => a.due_ms - b.due_ms || (a.subject < b.subject ? -1 : 1)).slice(0, count_max)
    },
    rows(instanceId: string, subject: string, count_max: number): readonly Parked[] {
      const rows = instances.get(instanceId)?.get(subject)?.rows.values()
      if (rows === undefined) return []
      const found: Parked[] = []
      for (const row of rows) {
        if (found.length >= count_max) break
        found.push(row)
      }
      return found
    },
    at(address: Address): readonly (Parked & { readonly instanceId: string })[] {
      const found = [...instances].flatMap(([instanceId, waiting]) =>
        [...waiting.values()].flatMap(({ rows }) =>
          [...rows.values()].map((row) => ({ instanceId, ...row })),
        ),
      )
      return found
        .filter((row) => addressText(row.address) === addressText(address))
        .sort((a, b) => a.id - b.id)
    },
    aside(): ReadonlyMap<string, AsideSum> {
      const sums = new Map<string, AsideSum>()
      for (const [instanceId, waiting] of instances) {
        const rows = [...waiting.values()].flatMap(({ rows }) => [...rows.values()])
        for (const { aside } of rows.sort((a, b) => a.id - b.id)) {
          if (aside !== undefined) sums.set(instanceId, addedTo(sums.get(instanceId), aside))
        }
      }
      return sums
    },
    chunks(): ReadonlyMap<number, number> {
      const first = new Map<number, number>()
      for (const waiting of instances.values()) {
        for (const { rows } of waiting.values()) {
          for (const { address } of rows.values()) {
            first.set(
              address.lane,
              Math.min(first.get(address.lane) ?? Number.POSITIVE_INFINITY, address.chunk),
            )
          }
        }
      }
      return first
    },
  }
}

function kindOf({ rows }: Waiting): ParkedKind {
  const [head] = rows.values()
  return head?.aside === undefined ? 'turn' : 'aside'
}
