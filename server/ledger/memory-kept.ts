import type { Remembered } from '../../core/destination.ts'
import type { Names } from '../../core/persons/person.ts'
import type { ClosedUse, InstanceState, StoredUse } from './ledger.ts'
import { type Units, withoutSubjects } from './units.ts'

/** What an instance must know after a restart, for `memoryLedger`. */
export function keptMaps() {
  const remembered = new Map<string, Map<string, Remembered>>()
  const uses = new Map<string, Map<number, StoredUse>>()
  const states = new Map<string, InstanceState>()
  let last = 0

  return {
    states,
    remember(instanceId: string, added: readonly Remembered[]): void {
      const known = remembered.get(instanceId) ?? new Map<string, Remembered>()
      remembered.set(instanceId, known)
      for (const one of added) known.set(one.key, one)
    },
    recall(instanceId: string, keys: readonly string[], now_ms: number): ReadonlyMap<string, string> {
      const found = new Map<string, string>()
      for (const key of keys) {
        const one = remembered.get(instanceId)?.get(key)
        if (one !== undefined && !isOver(one, now_ms)) found.set(key, one.value)
      }
      return found
    },
    trim(instanceIds: readonly string[], now_ms: number): void {
      const kept = new Set(instanceIds)
      for (const [instanceId, known] of remembered) {
        if (!kept.has(instanceId)) remembered.delete(instanceId)
        for (const [key, one] of known) if (isOver(one, now_ms)) known.delete(key)
      }
    },
    /** What is remembered of a person, and their share of budgets. Returns how much was remembered. */
    forget(instanceId: string, isRemembered: Names, isSubject: Names): number {
      const known = remembered.get(instanceId) ?? new Map<string, Remembered>()
      const gone = [...known.values()].filter(({ key, value }) => isRemembered(key) || isRemembered(value))
      for (const { key } of gone) known.delete(key)
      const used = uses.get(instanceId) ?? new Map<number, StoredUse>()
      for (const [id, use] of used) used.set(id, { ...use, units: withoutSubjects(use.units, isSubject) })
      return gone.length
    },
    reserve(instanceId: string, units: Units, before_ms: number): number {
      const known = uses.get(instanceId) ?? new Map<number, StoredUse>()
      uses.set(instanceId, known)
      for (const [id, { at_ms }] of known) if (at_ms !== undefined && at_ms < before_ms) known.delete(id)
      last += 1
      known.set(last, { id: last, at_ms: undefined, units })
      return last
    },
    closeUse(instanceId: string, { id, at_ms, units }: ClosedUse): void {
      const known = uses.get(instanceId)
      const use = known?.get(id)
      if (use !== undefined) known?.set(id, { id, at_ms, units: units ?? use.units })
    },
    uses: (instanceId: string): readonly StoredUse[] => [...(uses.get(instanceId)?.values() ?? [])],
  }
}

function isOver({ until_ms = Number.POSITIVE_INFINITY }: Remembered, now_ms: number): boolean {
  return until_ms <= now_ms
}
