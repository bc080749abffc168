import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { readAlerts } from './read-alerts.ts'

const slack = { id: 'ops', kind: 'slack', url: 'https://hooks.example.com/1' }
const email = { id: 'mail', kind: 'email', to: ['ops@example.com'] }

describe('the settings of alerts', () => {
  const good: readonly [what: string, given: unknown][] = [
    ['nothing at all', { channels: [] }],
    ['channels of every kind', { channels: [slack, email, { ...slack, id: 'hook', kind: 'webhook' }] }],
    ['rules', { channels: [], rules: { held: false, failing: { percent: 5, minutes: 10 }, disk: false } }],
  ]
  for (const [what, given] of good) {
    test(`takes ${what}`, () => assert.deepEqual(readAlerts(given), { ok: true, alerts: given }))
  }

  const bad: readonly [what: string, given: unknown, at: readonly string[]][] = [
    ['a text', 'x', ['']],
    ['what it does not know', { channels: [], rule: {} }, ['rule']],
    ['channels that are no list', { channels: {} }, ['channels']],
    ['a channel that is none', { channels: [7] }, ['channels.0']],
    ['two channels of one id', { channels: [slack, slack] }, ['channels.1.id']],
    ['an id that is none', { channels: [{ ...slack, id: 'A b' }] }, ['channels.0.id']],
    ['a kind that is none', { channels: [{ ...slack, kind: 'pager' }] }, ['channels.0.kind']],
    ['an address that is none', { channels: [{ ...slack, url: 'ftp://x' }] }, ['channels.0.url']],
    ['an e-mail to nobody', { channels: [{ ...email, to: [] }] }, ['channels.0.to']],
    [
      'an e-mail to what is no address',
      { channels: [{ ...email, to: ['a@b.c', 'ops'] }] },
      ['channels.0.to.1'],
    ],
    ['an e-mail with a url', { channels: [{ ...email, url: 'https://a' }] }, ['channels.0.url']],
    ['a rule that it does not know', { rules: { lags: { minutes: 1 } } }, ['rules.lags']],
    ['a rule that is switched on by true', { rules: { lag: true } }, ['rules.lag']],
    ['minutes over a day', { rules: { lag: { minutes: 1_441 } } }, ['rules.lag.minutes']],
    ['no minutes', { rules: { failing: { percent: 5 } } }, ['rules.failing.minutes']],
    ['a share over 100', { rules: { failing: { percent: 101, minutes: 1 } } }, ['rules.failing.percent']],
    ['a disk rule with minutes', { rules: { disk: { minutes: 1 } } }, ['rules.disk']],
  ]
  for (const [what, given, at] of bad) {
    test(`refuses ${what}, and says where`, () => {
      const read = readAlerts(given)
      assert.deepEqual(read.ok ? [] : read.problems.map((problem) => problem.at.join('.')), at)
    })
  }
})
