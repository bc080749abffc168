import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { JsonObject } from '../../core/event.ts'
import { settingsProblems } from './settings-problems.ts'

type Row = readonly [kind: string, settings: JsonObject, wrong: readonly string[]]
const rows: readonly Row[] = [
  ['heap', {}, ['appId']],
  ['heap', { appId: '' }, ['appId']],
  ['heap', { appId: '12a' }, ['appId']],
  ['heap', { appId: '12' }, []],
  ['heap', { appId: '12', region: 'Mars' }, ['region']],
  ['heap-web', { appId: '12', hostname: 'https://cdn.example.com' }, ['hostname']],
  ['webhook', { url: 'ftp://example.com' }, ['url']],
  ['unknown', {}, []],
]

describe('settings are checked as the server does', () => {
  for (const [kind, settings, wrong] of rows) {
    test(`${kind} ${JSON.stringify(settings)}: ${wrong.join() || 'nothing is wrong'}`, () =>
      assert.deepEqual(Object.keys(settingsProblems(kind, settings)), wrong))
  }
})
