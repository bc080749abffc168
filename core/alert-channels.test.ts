import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { secretsOfChannel, shownAlerts, withAddresses } from './alert-channels.ts'
import type { AlertSettings } from './configuration.ts'
import { maskOf } from './mask.ts'

const ALERTS: AlertSettings = {
  channels: [
    { id: 'ops', kind: 'slack', url: 'https://hooks.example.com/services/T0/B0/planted12' },
    { id: 'hook', kind: 'webhook', url: 'http://10.0.0.1:9000/?token=planted-token' },
    { id: 'bare', kind: 'webhook', url: 'http://127.0.0.1:9000' },
    { id: 'user', kind: 'webhook', url: 'https://ada:planted-word@x.example/' },
    { id: 'odd', kind: 'webhook', url: 'https://planted host' },
    { id: 'mail', kind: 'email', to: ['ops@example.com'] },
  ],
  rules: { lag: false },
}
const urlsOf = ({ channels }: AlertSettings) => channels.map((one) => ('url' in one ? one.url : ''))

describe('the address of a channel', () => {
  test('is shown as where it leads', () => {
    assert.deepEqual(urlsOf(shownAlerts(ALERTS)), [
      'https://hooks.example.com/***',
      'http://10.0.0.1:9000/***',
      'http://127.0.0.1:9000',
      'https://x.example/***',
      '***',
      '',
    ])
  })

  test('stays as it is when it comes back as it was shown, whatever else is changed', () => {
    const shown = shownAlerts(ALERTS)
    assert.deepEqual(withAddresses(shown, ALERTS), ALERTS)
    const fewer = { channels: shown.channels.slice(1, 2) }
    assert.deepEqual(withAddresses(fewer, ALERTS), { channels: ALERTS.channels.slice(1, 2) })
  })

  const refused: readonly [what: string, id: string, url: string][] = [
    ['that was shown and changed', 'ops', 'https://hooks.example.com/***x'],
    ['that was shown at another channel', 'new', 'https://hooks.example.com/***'],
    ['of another host', 'ops', 'https://evil.example/***'],
  ]
  for (const [what, id, url] of refused) {
    test(`${what} must be written out`, () => {
      const given: AlertSettings = { channels: [{ id, kind: 'slack', url }] }
      assert.throws(() => withAddresses(given, ALERTS), {
        code: 'CONFIG_INVALID',
        details: {
          problems: [
            {
              at: ['channels', 0, 'url'],
              problem: 'must be written out whole: *** stands for what is not shown',
            },
          ],
        },
      })
    })
  }

  test('is hidden in what its receiver answers', () => {
    for (const channel of ALERTS.channels) {
      const url = 'url' in channel ? channel.url : ''
      const mask = maskOf(secretsOfChannel(channel))
      const { pathname = '', search = '' } = URL.canParse(url) ? new URL(url) : {}
      const shown = mask(`no route POST ${pathname}${search} (${url}); ${JSON.stringify(url)} ${btoa(url)}`)
      assert.doesNotMatch(shown, /planted/)
    }
  })
})
