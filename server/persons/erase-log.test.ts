import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Entry } from '../../core/event.ts'
import { fingerprint } from '../../core/identity.ts'
import { entryText, readEntries } from '../log/envelope.ts'
import type { EventLog } from '../log/log.ts'
import { memoryLog } from '../log/memory.ts'
import { eraseInLog } from './erase-log.ts'

const AT = '2026-11-29T12:00:00.000Z'
const common = { sourceId: 'site', receivedAt: AT }
const event = (messageId: string, userId: string): Entry => ({
  ...{ kind: 'event', ...common },
  event: { type: 'track', event: 'Viewed', messageId, timestamp: AT, userId },
})
const duplicate = (messageId: string): Entry => ({ kind: 'duplicate', ...common, messageId })
const refused = (text: string): Entry => ({
  ...{ kind: 'refused', ...common },
  refusal: { code: 'EVENT_FIELD_MISSING', reason: 'x', text, type: 'track' },
})
const ADA = { userIds: ['ada'], anonymousIds: [], emails: [] }
const CHUNKS: readonly (readonly Entry[])[] = [
  [event('m1', 'ada'), event('m2', 'bob')],
  [duplicate('m1'), duplicate('m2'), refused('{"userId":"ada"}'), refused('{"userId":"adam"}')],
  [event('m3', 'ada')],
  [duplicate('m3')],
]

async function filled(): Promise<EventLog> {
  const log = memoryLog({ lanes: 1 })
  for (const entries of CHUNKS)
    await log.append(entries.map((entry) => ({ key: 'k', text: entryText(entry) })))
  return log
}
const kindsIn = async (log: EventLog) =>
  (await log.after(0, { count_max: 100, bytes_max: 1e9 })).flatMap(readEntries).map(({ kind }) => kind)
const deps = (log: EventLog, breathe = async () => {}) => ({ log, breathe })
const KINDS = [...['erased', 'event', 'erased', 'duplicate', 'erased', 'refused', 'erased', 'erased']]

describe('erasing a person in the log', () => {
  test('takes their events, their refused calls and the duplicates of their events, and nobody else’s', async () => {
    const log = await filled()
    const { addresses, found } = await eraseInLog(deps(log), 7, ADA)
    assert.deepEqual(found, { events: 2, refused: 1, duplicates: 2 })
    assert.deepEqual(await kindsIn(log), KINDS)
    assert.deepEqual(
      addresses.map(({ chunk, index }) => `${chunk}/${index}`),
      ['1/0', '2/0', '2/2', '3/0', '4/0'],
    )
    const [first] = readEntries((await log.newest(9)).at(-1) as never)
    const { high, low } = fingerprint('site\nm1', log.seed)
    const stone = {
      kind: 'erased',
      ...common,
      was: 'event',
      part: 'track',
      deletion: 7,
      fingerprint: [high, low],
    }
    assert.deepEqual(first, stone)
  })

  test('cut short anywhere and done again, it ends the same and knows every address', async () => {
    for (let rewrites = 0; rewrites <= CHUNKS.length; rewrites++) {
      const log = await filled()
      let left = rewrites
      const failing: EventLog = {
        ...log,
        async rewrite(chunk, text) {
          if (left === 0) throw new Error('the power is cut')
          left -= 1
          return log.rewrite(chunk, text)
        },
      }
      await eraseInLog(deps(failing), 7, ADA).catch(() => undefined)
      const { addresses, found } = await eraseInLog(deps(log), 7, ADA)
      assert.deepEqual([found, addresses.length], [{ events: 2, refused: 1, duplicates: 2 }, 5])
      assert.deepEqual(await kindsIn(log), KINDS)
    }
  })
})
