import assert from 'node:assert/strict'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, describe, test } from 'node:test'
import { SMTPServer } from 'smtp-server'
import type { Notice } from '../../core/alerts.ts'
import { addressRule } from '../net/address-rule.ts'
import { alertChannels } from './channels.ts'

const NOTICE: Notice = {
  kind: 'alert',
  at_ms: 600_000,
  alert: { key: 'held heap', rule: 'held', of: 'heap', text: 'Heap is held.', since_ms: 0 },
}
const PAGES = 'http://127.0.0.1:4001'

describe('alerts are sent', () => {
  const received: { readonly path: string; readonly json: unknown }[] = []
  const mails: string[] = []
  let answer = 'x'.repeat(100_000)
  let receiver: Server
  let smtp: SMTPServer
  let url: string
  let smtpUrl: string

  before(async () => {
    receiver = createServer((request, response) => {
      let text = ''
      request.on('data', (part) => {
        text += part
      })
      request.on('end', () => {
        const path = request.url ?? ''
        received.push({ path, json: JSON.parse(text) })
        response.statusCode = path.startsWith('/no') ? 500 : 200
        response.end(path.startsWith('/no') ? answer : 'ok')
      })
    })
    await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve))
    url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`
    smtp = new SMTPServer({
      disabledCommands: ['STARTTLS'],
      authOptional: true,
      onData(stream, _session, done) {
        let text = ''
        stream.on('data', (part) => {
          text += part
        })
        stream.on('end', () => {
          mails.push(text)
          done()
        })
      },
    })
    await new Promise<void>((resolve) => smtp.listen(0, '127.0.0.1', () => resolve()))
    smtpUrl = `smtp://127.0.0.1:${(smtp.server.address() as AddressInfo).port}`
  })
  after(async () => {
    receiver.close()
    receiver.closeAllConnections()
    await new Promise<void>((resolve) => smtp.close(() => resolve()))
  })
  const rule = addressRule(['loopback'])
  const channels = (smtp?: string) =>
    alertChannels({ mail: { smtpUrl: smtp, from: 'millrace@example.com' }, pagesUrl: () => PAGES, rule })

  test('to a webhook, as facts for a program', async () => {
    assert.deepEqual(await channels().send({ id: 'a', kind: 'webhook', url: `${url}/hook` }, NOTICE), {
      ok: true,
    })
    assert.deepEqual(received.at(-1), {
      path: '/hook',
      json: {
        ...{ kind: 'alert', rule: 'held', destination: 'heap', text: 'Heap is held.' },
        ...{ since: '1970-01-01T00:00:00.000Z', at: '1970-01-01T00:10:00.000Z' },
        link: `${PAGES}/destinations/heap`,
      },
    })
  })

  test('to Slack, as a text with the way to it', async () => {
    const recovered: Notice = { ...NOTICE, kind: 'recovered' }
    await channels().send({ id: 'a', kind: 'slack', url: `${url}/slack` }, recovered)
    const text = `Well again after 10 min. It was: Heap is held.\n${PAGES}/destinations/heap`
    assert.deepEqual(received.at(-1), { path: '/slack', json: { text } })
  })

  test('by e-mail', async () => {
    const mail = channels(smtpUrl)
    const rude: Notice = {
      ...NOTICE,
      alert: { ...NOTICE.alert, text: 'Heap\r\nBcc: eve@example.com is held.' },
    }
    assert.deepEqual(
      await mail.send({ id: 'a', kind: 'email', to: ['ops@example.com', 'ada@example.com'] }, rude),
      { ok: true },
    )
    mail.close()
    const [head = ''] = (mails.at(-1) ?? '').split('\r\n\r\n')
    assert.match(head, /^From: millrace@example\.com$/m)
    assert.match(head, /^To: ops@example\.com, ada@example\.com$/m)
    assert.match(head, /^Subject: \[Millrace\] Heap Bcc: eve@example\.com is held\.$/m)
    assert.doesNotMatch(head, /^Bcc/m)
  })

  test('what a channel answers instead is told, and only its beginning', async () => {
    const sent = await channels().send({ id: 'a', kind: 'webhook', url: `${url}/no` }, NOTICE)
    assert.equal(sent.ok, false)
    assert.match(sent.ok ? '' : sent.text, /^It answered 500\. x{200}$/)
  })

  test('what a channel answers is told without the address, whole or cut', async () => {
    const channel = { id: 'a', kind: 'webhook', url: `${url}/no/planted-${'p'.repeat(40)}` } as const
    for (let chars = 0; chars < 60; chars++) {
      answer = `${'x'.repeat(140 + chars)}${channel.url} and`
      const sent = await channels().send(channel, NOTICE)
      assert.match(sent.ok ? '' : sent.text, /^It answered 500\. x+(\*\*\*|h)/)
      assert.doesNotMatch(sent.ok ? '' : sent.text, /planted|ppp/)
    }
  })

  const unreachable: readonly [
    what: string,
    channel: Parameters<ReturnType<typeof channels>['send']>[0],
    problem: RegExp,
  ][] = [
    ['nobody listens', { id: 'a', kind: 'webhook', url: 'http://127.0.0.1:1/' }, /ECONNREFUSED/],
    ['no mail server is known', { id: 'a', kind: 'email', to: ['ops@example.com'] }, /--smtp-url/],
  ]
  for (const [what, channel, problem] of unreachable) {
    test(`and so is that ${what}`, async () => {
      const sent = await channels().send(channel, NOTICE)
      assert.match(sent.ok ? '' : sent.text, problem)
    })
  }
})
