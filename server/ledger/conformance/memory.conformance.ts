import assert from 'node:assert/strict'
import type { Remembered } from '../../../core/destination.ts'
import { unitsFrom } from '../units.ts'
import { ALL, address, attempt, progress, type Row, type Setting, START } from './testing.ts'

export function memoryRows(row: Row): void {
  rememberedRows(row)
  budgetRows(row)
  stateRows(row)
  adjustmentRows(row)
}

async function restart(setting: Setting): Promise<void> {
  if (!setting.harness.durable) return
  await setting.ledger.close()
  setting.ledger = await setting.harness.open()
}

const lasting = (key: string, value: string): Remembered => ({ key, value, isDurable: true })

function rememberedRows(row: Row): void {
  row('what was remembered with an outcome is recalled by key, over a restart', async (setting) => {
    await setting.ledger.record(
      progress(START, {
        remembered: [lasting('link:1', 'ada'), lasting('link:2', 'bob'), lasting('link:1', 'eve')],
      }),
    )
    await restart(setting)
    const found = await setting.ledger.recall('heap-1', ['link:1', 'link:2', 'link:3'], 0)
    assert.deepEqual(Object.fromEntries(found), { 'link:1': 'eve', 'link:2': 'bob' })
    assert.equal((await setting.ledger.recall('heap-2', ['link:1'], 0)).size, 0)
  })

  row('it is over at its time, before a trim as after it', async ({ ledger }) => {
    const month = { ...lasting('links', '3'), until_ms: 5_000 }
    await ledger.record(progress(START, { remembered: [month, lasting('link', 'ada')] }))
    const recalled = async (now_ms: number) =>
      [...(await ledger.recall('heap-1', ['links', 'link'], now_ms)).keys()].toSorted()
    assert.deepEqual(await recalled(4_999), ['link', 'links'])
    assert.deepEqual(await recalled(5_000), ['link'])
    await ledger.trimMemory(['heap-1'], 5_000)
    assert.deepEqual(await recalled(4_999), ['link'])
  })

  row(
    'it stays while an instance is only forgotten, and goes when the instance is no more',
    async ({ ledger }) => {
      await ledger.record(progress(START, { remembered: [lasting('link', 'ada')] }))
      await ledger.record(progress(START, { readerId: 'heap-2', remembered: [lasting('link', 'bob')] }))
      await ledger.forget('heap-1')
      await ledger.trimMemory(['heap-1'], 0)
      assert.equal((await ledger.recall('heap-1', ['link'], 0)).get('link'), 'ada')
      assert.equal((await ledger.recall('heap-2', ['link'], 0)).size, 0)
    },
  )
}

const UNITS = unitsFrom({ events: { '': 700 }, person: { 'i:ada': 600, ['__proto__']: 100, '"\\\ud800': 1 } })

function budgetRows(row: Row): void {
  row(
    'what is reserved is open until it is closed with what was really used, over a restart',
    async (setting) => {
      const first = await setting.ledger.reserve('heap-1', UNITS, [], 0)
      const second = await setting.ledger.reserve('heap-1', unitsFrom({ events: { '': 5 } }), [], 0)
      await restart(setting)
      assert.deepEqual(await setting.ledger.budgetUses('heap-1'), [
        { id: first, at_ms: undefined, units: UNITS },
        { id: second, at_ms: undefined, units: unitsFrom({ events: { '': 5 } }) },
      ])
      const closed = [{ id: first, at_ms: 2_000, units: unitsFrom({ events: { '': 650 } }) }]
      const third = await setting.ledger.reserve('heap-1', UNITS, closed, 0)
      await setting.ledger.closeUses('heap-1', [{ id: second, at_ms: 3_000, units: unitsFrom({}) }])
      assert.deepEqual(await setting.ledger.budgetUses('heap-1'), [
        closed[0],
        { id: second, at_ms: 3_000, units: unitsFrom({}) },
        { id: third, at_ms: undefined, units: UNITS },
      ])
      assert.deepEqual(await setting.ledger.budgetUses('heap-2'), [])
    },
  )

  row(
    'what was closed before a time goes with the next reservation; what is open stays',
    async ({ ledger }) => {
      const old = await ledger.reserve('heap-1', UNITS, [], 0)
      const open = await ledger.reserve('heap-1', UNITS, [], 0)
      const young = await ledger.reserve('heap-1', UNITS, [], 0)
      const closed = [
        { id: old, at_ms: 1_999, units: UNITS },
        { id: young, at_ms: 2_000 },
      ]
      await ledger.closeUses('heap-1', closed)
      const last = await ledger.reserve('heap-1', UNITS, [], 2_000)
      assert.deepEqual(
        (await ledger.budgetUses('heap-1')).map(({ id }) => id),
        [open, young, last],
      )
    },
  )
}

function stateRows(row: Row): void {
  row('an instance has its newest state, until it is forgotten', async ({ ledger }) => {
    const reason = { code: 'DESTINATION_MISCONFIGURED', text: 'It answered 401.' } as const
    await ledger.setState('heap-1', { state: 'flowing', since_ms: 1 })
    await ledger.setState('heap-1', { state: 'held', since_ms: 2.5, reason })
    await ledger.setState('heap-2', { state: 'waiting for budget', since_ms: 3 })
    assert.deepEqual(Object.fromEntries(await ledger.states()), {
      'heap-1': { state: 'held', since_ms: 2.5, reason },
      'heap-2': { state: 'waiting for budget', since_ms: 3 },
    })
    await ledger.forget('heap-1')
    assert.deepEqual([...(await ledger.states()).keys()], ['heap-2'])
  })
}

function adjustmentRows(row: Row): void {
  row(
    'an attempt keeps its adjustments and how many there were; one without has none',
    async ({ ledger }) => {
      const adjustments = Array.from({ length: 100 }, (_, index) => ({
        address: address(7, index),
        subscriptionId: 'track',
        field: 'note',
        text: 'cut from 1,310 to 1,023 characters',
      }))
      const adjusted = attempt({ adjustments, adjustments_count: 340 })
      await ledger.record(progress(START, { attempts: [attempt(), adjusted] }))
      const [second, first] = await ledger.attempts({}, ALL)
      assert.deepEqual({ ...second, id: 0 }, { ...adjusted, id: 0 })
      assert.equal(first?.adjustments, undefined)
      assert.equal(first?.adjustments_count, undefined)
    },
  )
}
