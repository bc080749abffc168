import { addressText } from '../../core/event.ts'
import { type Names, naming, remembering, subjectOf } from '../../core/persons/person.ts'
import { ERASED_TEXT, type ErasingLedger, NOTHING_ERASED } from './erase.ts'
import type {
  Attempt,
  Count,
  Failing,
  InstanceState,
  Parked,
  StoredDeadLetter,
  StoredRefusal,
} from './ledger.ts'
import type { keptMaps } from './memory-kept.ts'
import type { parkedMaps } from './memory-parked.ts'
import type { replayMap } from './memory-replays.ts'
import type { Replayed } from './replays.ts'
import { withoutNames } from './tables/erase.ts'

type Listed<Thing> = {
  readonly all: () => readonly (Thing & { readonly id: number })[]
  readonly remove: (id: number) => unknown
  readonly replace: (thing: Thing & { readonly id: number }) => void
}
export type EraseParts = {
  readonly attempts: Listed<Attempt & { readonly bytes: number }>
  readonly refusals: Listed<StoredRefusal>
  readonly letters: {
    readonly all: () => readonly StoredDeadLetter[]
    readonly removeDeadLetter: (letter: StoredDeadLetter) => unknown
  }
  readonly parked: ReturnType<typeof parkedMaps>
  readonly kept: ReturnType<typeof keptMaps>
  readonly failing: ReadonlyMap<string, Map<number, Failing>>
  readonly states: Map<string, InstanceState>
  readonly replays: ReturnType<typeof replayMap>
  readonly addCount: (count: Count) => void
  readonly endReplayed: (instanceId: string, ended: readonly Replayed[]) => void
}

/** Takes a person out of a ledger in memory. */
export function erasePeople(parts: EraseParts): ErasingLedger {
  const { attempts, refusals, letters, parked, kept, failing, states, addCount } = parts
  return {
    async erasePending(instanceId, { ids, derived, addresses }, at_ms) {
      const rows = addresses
        .flatMap((address) => parked.at(address))
        .filter((row) => row.instanceId === instanceId)
      for (const row of rows) endParked(parts, instanceId, row, at_ms)
      for (const [lane, one] of failing.get(instanceId) ?? [])
        failing.get(instanceId)?.set(lane, { ...one, reason: { ...one.reason, text: ERASED_TEXT } })
      const state = states.get(instanceId)
      if (state?.reason !== undefined)
        states.set(instanceId, { ...state, reason: { ...state.reason, text: ERASED_TEXT } })
      const remembered = kept.forget(instanceId, remembering(ids, derived), subjectOf(ids, derived))
      return { ...NOTHING_ERASED, parked: rows.length, remembered }
    },
    async eraseHistory({ ids, derived, addresses }) {
      const names = naming(ids, derived)
      const places = new Set(addresses.map(addressText))
      const found = attempts.all().filter((attempt) => isOfPerson(attempt, places, names))
      for (const attempt of found) attempts.replace(cleared(attempt, names))
      const dead = letters
        .all()
        .filter(
          ({ address, request, response }) =>
            places.has(addressText(address)) || names(request?.body ?? '') || names(response?.body ?? ''),
        )
      for (const letter of dead) {
        const { instanceId: of, subscriptionId: part } = letter
        letters.removeDeadLetter(letter)
        addCount({ of, part, name: 'dead', count: -1 })
        addCount({ of, part, name: 'givenUp', count: 1 })
      }
      const refused = refusals
        .all()
        .filter(({ address, text }) => places.has(addressText(address)) || names(text))
      for (const { id } of refused) refusals.remove(id)
      parts.replays.clear((json) => withoutNames(json, names), ERASED_TEXT)
      return { ...NOTHING_ERASED, attempts: found.length, deadLetters: dead.length, refusals: refused.length }
    },
    compact: async () => true,
  }
}

type Row = Parked & { readonly instanceId: string }

function endParked(
  { parked, addCount, endReplayed }: EraseParts,
  instanceId: string,
  row: Row,
  at_ms: number,
) {
  const { id, subject, subscriptionId, address, replay } = row
  parked.change(instanceId, { ended: [id], subjects: [{ subject, due_ms: 0 }] })
  if (replay !== undefined) {
    endReplayed(instanceId, [{ replay, subscriptionId, address, end: { status: 'skipped' }, at_ms }])
    return
  }
  addCount({ of: instanceId, part: subscriptionId, name: 'parked', count: -1 })
  addCount({ of: instanceId, part: subscriptionId, name: 'forgotten', count: 1 })
}

function isOfPerson(attempt: Attempt, places: ReadonlySet<string>, names: Names): boolean {
  const { addresses, url, requestBody, responseBody, reason, adjustments = [] } = attempt
  if (requestBody === ERASED_TEXT && responseBody === '') return false
  const texts = [url, requestBody, responseBody, reason?.text ?? '', JSON.stringify(adjustments)]
  return addresses.some((address) => places.has(addressText(address))) || texts.some(names)
}

function cleared<A extends Attempt>(attempt: A, names: Names): A {
  const { adjustments: _, adjustments_count: __, ...rest } = attempt
  const { reason, url } = attempt
  return {
    ...rest,
    reason: reason && { ...reason, text: ERASED_TEXT },
    url: names(url) ? new URL(url).origin : url,
    requestBody: ERASED_TEXT,
    responseBody: '',
  } as unknown as A
}
