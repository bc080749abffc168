import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Standing, waitingLine } from './waiting.ts'

test('lanes come one after the other, in order; what is parked has every other turn', async () => {
  const line = waitingLine()
  const order: string[] = []
  let isInside = false
  const enter = (standing: Standing, name: string) =>
    line.inTurn(standing, async () => {
      assert.equal(isInside, false)
      isInside = true
      await Promise.resolve()
      order.push(name)
      isInside = false
    })
  await Promise.all([
    enter('lane', 'lane 1'),
    enter('lane', 'lane 2'),
    enter('lane', 'lane 3'),
    enter('parked', 'parked 1'),
    enter('parked', 'parked 2'),
  ])
  assert.deepEqual(order, ['lane 1', 'parked 1', 'lane 2', 'parked 2', 'lane 3'])
  assert.ok(line.isEmpty())
})

test('one that fails lets the next one in', async () => {
  const line = waitingLine()
  const failing = line.inTurn('lane', () => Promise.reject(new Error('no ledger')))
  const next = line.inTurn('lane', async () => 'in')
  await assert.rejects(failing, /no ledger/)
  assert.equal(await next, 'in')
})
