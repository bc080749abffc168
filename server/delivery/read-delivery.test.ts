import assert from 'node:assert/strict'
import { test } from 'node:test'
import { entryText } from '../log/envelope.ts'
import { memoryLog } from '../log/memory.ts'
import { decodedLog } from '../pipeline/decoded-log.ts'
import { eventReader } from './read-delivery.ts'
import { trackEntry } from './testing.ts'

test('an event is read without the others of its chunk, which may be hundreds', async () => {
  const log = memoryLog({ lanes: 1 })
  const texts = ['no JSON', entryText(trackEntry('wanted', 1, 0)), 'no JSON']
  const [, address] = await log.append(texts.map((text) => ({ key: 'ada', text })))
  const read = eventReader(decodedLog(log))
  const found = address === undefined ? undefined : await read(address)
  assert.equal(found?.address.index, 1)
  assert.equal(found?.event.type, 'track')
})
