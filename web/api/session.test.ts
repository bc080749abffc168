import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sessionBack, sessionResumed } from './session.ts'

test('all that waits for a login goes on with it, and whoever waits afterwards waits for the next one', async () => {
  const done: string[] = []
  const waits = ['first', 'second'].map((name) => sessionBack().then(() => done.push(name)))
  assert.deepEqual(done, [])
  sessionResumed()
  await Promise.all(waits)
  assert.deepEqual(done, ['first', 'second'])
  let isNext = false
  const next = sessionBack().then(() => {
    isNext = true
  })
  await Promise.resolve()
  assert.equal(isNext, false)
  sessionResumed()
  await next
})

test('whoever wants the answer no more does not wait', async () => {
  const leaving = new AbortController()
  const waits = sessionBack(leaving.signal)
  leaving.abort(new Error('gone'))
  await assert.rejects(waits, /gone/)
  await assert.rejects(sessionBack(AbortSignal.abort(new Error('was gone'))), /was gone/)
  sessionResumed()
})
