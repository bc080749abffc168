import type { Configuration } from '../../core/configuration.ts'
import { changesBetween, NOBODY, recordedChanges } from './changes.ts'
import { personMaps } from './persons.ts'
import { findingMap } from './plan-findings.ts'
import { storable } from './storable.ts'
import {
  CHANGES_KEPT_MAX,
  PLAN_CHANGES_KEPT_MAX,
  type RecordedChange,
  revisionKey,
  type Store,
} from './store.ts'

/**
 * For tests and for a server that gets all of its configuration from a file: forgets everything at exit. Keeps JSON
 * text, so that nobody can change what is stored by changing what was read.
 */
export function memoryStore(): Store {
  let stored = JSON.stringify({ sources: [], instances: [] } satisfies Configuration)
  const recorded: string[] = []
  const revisions = new Map<string, number>()
  const things = new Map<string, string>()
  let number = 0
  return {
    async read() {
      return parse(stored)
    },
    async apply(configuration, author = NOBODY) {
      const next = storable(configuration)
      const before = parse(stored)
      const group = number + 1
      for (const change of recordedChanges(before, next, author)) {
        number += 1
        revisions.set(revisionKey(change.what, change.id), number)
        recorded.unshift(JSON.stringify({ ...change, number, group }))
      }
      recorded.length = Math.min(recorded.length, CHANGES_KEPT_MAX)
      trimPlans(recorded)
      stored = JSON.stringify(next)
      return changesBetween(before, next)
    },
    async changes({ what, of, number: only, group, before }, count_max) {
      return recorded
        .map((text) => parseChange(text))
        .filter((change) => what === undefined || change.what === what)
        .filter((change) => of === undefined || change.id === of)
        .filter((change) => only === undefined || change.number === only)
        .filter((change) => group === undefined || change.group === group)
        .filter((change) => before === undefined || change.number < before)
        .slice(0, count_max)
    },
    async revisions() {
      return new Map(revisions)
    },
    async kept(name) {
      const text = things.get(name)
      return text === undefined ? undefined : JSON.parse(text)
    },
    async keep(name, value) {
      things.set(name, JSON.stringify(value))
    },
    ...personMaps(),
    ...findingMap(),
    compact: async () => true,
    async close() {},
  }
}

function trimPlans(recorded: string[]): void {
  const counts = new Map<string, number>()
  const kept = recorded.filter((text) => {
    const { what, id } = parseChange(text)
    if (what !== 'plan') return true
    counts.set(id, (counts.get(id) ?? 0) + 1)
    return (counts.get(id) ?? 0) <= PLAN_CHANGES_KEPT_MAX
  })
  recorded.splice(0, recorded.length, ...kept)
}

/** What is not there stands in JSON as nothing. */
function parseChange(text: string): RecordedChange {
  return {
    before: undefined,
    after: undefined,
    ...(JSON.parse(text) as Omit<RecordedChange, 'before' | 'after'>),
  }
}

function parse(text: string): Configuration {
  return JSON.parse(text) as Configuration
}
