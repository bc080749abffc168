import assert from 'node:assert/strict'
import type { PersonIds } from '../../../core/persons/person.ts'
import { derivedIds } from '../../../core/persons/person.ts'
import { ERASED_TEXT, type Erasure } from '../erase.ts'
import { unitsFrom } from '../units.ts'
import {
  ALL,
  address,
  attempt,
  count,
  deadLetter,
  everything,
  progress,
  type Row,
  refusal,
  START,
  sum,
} from './testing.ts'

const ADA: PersonIds = {
  userIds: ['ada-lovelace'],
  anonymousIds: ['visitor-1'],
  emails: ['ada@example.com'],
}
const PLACE = address(7, 1)
const erasure = (changes: Partial<Erasure> = {}): Erasure => ({
  ...{ ids: ADA, derived: derivedIds(ADA), addresses: [PLACE] },
  ...changes,
})
const LONG = 'x'.repeat(2_000)

/** A person leaves no trace; everybody else keeps theirs. */
export function eraseRows(row: Row): void {
  row('an attempt that carried the person’s event stays, and says nothing any more', async ({ ledger }) => {
    const text = '400: "Bought a hat" is no event'
    const adjustments = [{ address: PLACE, subscriptionId: 'track', field: 'x', text: 'cut' }]
    await ledger.record(
      progress(START, {
        attempts: [
          attempt({
            ...{ addresses: [address(7, 0), PLACE], requestBody: LONG, responseBody: LONG },
            ...{ reason: { code: 'DESTINATION_REFUSED', text }, adjustments, adjustments_count: 1 },
          }),
          attempt({ addresses: [address(7, 2)], requestBody: 'bob' }),
        ],
      }),
    )
    const { attempts } = await ledger.eraseHistory(erasure())
    assert.equal(attempts, 1)
    const [bob, ada] = await ledger.attempts({}, ALL)
    assert.deepEqual([bob?.requestBody, bob?.responseBody], ['bob', '{}'])
    assert.deepEqual(
      [ada?.requestBody, ada?.responseBody, ada?.reason, ada?.adjustments, ada?.status],
      [ERASED_TEXT, '', { code: 'DESTINATION_REFUSED', text: ERASED_TEXT }, undefined, 200],
    )
    assert.equal((await ledger.eraseHistory(erasure())).attempts, 0)
  })

  row('what names the person is found where their event has left the log', async ({ ledger }) => {
    const bodies = [
      `{"events":[{"identity":"ada-lovelace"}],"note":"${LONG}"}`,
      `{"user_id":"${derivedIds(ADA)[0]}"}`,
      '{"traits":{"email":"Ada@Example.com"}}',
      '{"identity":"bob"}',
    ]
    const attempts = bodies.map((requestBody, index) =>
      attempt({ requestBody, addresses: [address(2, index)] }),
    )
    const deadLetters = bodies.map((body, index) =>
      deadLetter({ address: address(3, index), request: { method: 'POST', url: 'https://x.y', body } }),
    )
    const refusals = bodies.map((text, index) => refusal({ address: address(4, index), text }))
    const counts = [count(4, { name: 'deliveries' }), count(4, { name: 'dead' })]
    await ledger.record(progress(START, { attempts, deadLetters, refusals, counts }))
    const erased = await ledger.eraseHistory(erasure({ addresses: [] }))
    assert.deepEqual([erased.attempts, erased.deadLetters, erased.refusals], [3, 3, 3])
    const left = await everything(ledger)
    assert.deepEqual(
      left.deadLetters.map(({ request }) => request?.body),
      ['{"identity":"bob"}'],
    )
    assert.deepEqual(
      left.refusals.map(({ text }) => text),
      ['{"identity":"bob"}'],
    )
    assert.deepEqual(left.counts, [
      sum(1, { name: 'dead' }),
      sum(4, { name: 'deliveries' }),
      sum(3, { name: 'givenUp' }),
    ])
  })

  row('a short id is looked for where ids stand, and nowhere else', async ({ ledger }) => {
    const ids: PersonIds = { userIds: ['1'], anonymousIds: [], emails: [] }
    const bodies = ['{"identity":"1"}', '{"price":"1"}', '{"userId":1}', '{"userId":12}']
    await ledger.record(
      progress(START, {
        deadLetters: bodies.map((body, index) =>
          deadLetter({ address: address(3, index), request: { method: 'POST', url: 'https://x.y', body } }),
        ),
      }),
    )
    await ledger.eraseHistory({ ids, derived: [], addresses: [] })
    assert.deepEqual(
      (await ledger.deadLetters({}, ALL)).map(({ request }) => request?.body),
      ['{"userId":12}', '{"price":"1"}'],
    )
  })

  row('what is parked for the person ends as forgotten, and others wait on', async ({ ledger }) => {
    const parked = (index: number, subject: string) => ({
      ...{ subject, subscriptionId: 'track', address: address(7, index), due_ms: 100 },
    })
    await ledger.record(
      progress(START, {
        counts: [count(2, { name: 'deliveries' }), count(2, { name: 'parked' })],
        parked: { added: [parked(1, 'i:ada-lovelace'), parked(2, 'i:bob')] },
      }),
    )
    assert.equal((await ledger.erasePending('heap-2', erasure(), 5)).parked, 0)
    assert.equal((await ledger.erasePending('heap-1', erasure(), 5)).parked, 1)
    assert.deepEqual(await ledger.nextSubjects('heap-1', 9), [{ subject: 'i:bob', due_ms: 100 }])
    assert.deepEqual((await everything(ledger)).counts, [
      sum(2, { name: 'deliveries' }),
      sum(1, { name: 'forgotten' }),
      sum(1, { name: 'parked' }),
    ])
  })

  row('what was remembered of the person, and their share of budgets, is forgotten', async ({ ledger }) => {
    const visitor = derivedIds(ADA)[0]
    const remembered = [`link:11:${visitor}`, 'link:11:4711'].map((key) => ({
      ...{ key, value: 'v', isDurable: true },
    }))
    await ledger.record(progress(START, { remembered }))
    await ledger.reserve(
      'heap-1',
      unitsFrom({ person: { 'i:ada-lovelace': 1, 'i:bob': 2 }, all: { '': 3 } }),
      [],
      0,
    )
    assert.equal((await ledger.erasePending('heap-1', erasure(), 5)).remembered, 1)
    const recalled = await ledger.recall(
      'heap-1',
      remembered.map(({ key }) => key),
      0,
    )
    assert.deepEqual([...recalled.keys()], ['link:11:4711'])
    const [use] = await ledger.budgetUses('heap-1')
    assert.deepEqual(use?.units, unitsFrom({ person: { 'i:bob': 2 }, all: { '': 3 } }))
  })

  row('the reasons for which lanes and instances are held up quote nothing any more', async ({ ledger }) => {
    const reason = { code: 'DESTINATION_FAILED', text: '500: ada-lovelace' } as const
    await ledger.recordFailing('heap-1', 0, { since_ms: 1, reason }, [])
    await ledger.setState('heap-1', { state: 'backing off', since_ms: 1, reason })
    await ledger.erasePending('heap-1', erasure(), 5)
    const erased = { code: 'DESTINATION_FAILED', text: ERASED_TEXT }
    assert.deepEqual((await ledger.failing('heap-1', 0))?.reason, erased)
    assert.deepEqual((await ledger.states()).get('heap-1')?.reason, erased)
  })

  row('a replay that was asked for by an id forgets it, and ends when it runs', async ({ ledger }) => {
    const of = (trigger: string) => ({
      ...{ instanceId: 'heap-1', asked: { events: { trigger } }, place: START, perSecond_max: 1 },
      ...{ startedAt_ms: 0, total: 1 },
      selection: { kind: 'events', trigger, from_ms: 0, to_ms: 1, ends: [], chunk_end: 9 } as const,
    })
    await ledger.addReplay(of('userId = "ada-lovelace"'))
    await ledger.addReplay(of('userId = "bob"'))
    await ledger.eraseHistory(erasure())
    const [bob, ada] = await ledger.replays({})
    assert.deepEqual([bob?.state, bob?.asked], ['running', { events: { trigger: 'userId = "bob"' } }])
    assert.deepEqual([ada?.state, ada?.asked], ['failed', { events: { trigger: ERASED_TEXT } }])
  })
}
