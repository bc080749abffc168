import { secretsOfChannel } from '../../core/alert-channels.ts'
import type { Notice } from '../../core/alerts.ts'
import type { AlertChannel } from '../../core/configuration.ts'
import { maskOf } from '../../core/mask.ts'
import type { AddressRule } from '../net/address-rule.ts'
import { type Mail, mailer } from './mail.ts'

/** A channel that does not answer by then has not taken it. */
const WITHIN_MS = 10_000
/** Of an answer that says why it refused, for people. */
const ANSWER_CHARS_MAX = 200

/** Where people look at it: the address of the pages, without a slash at its end. */
export type ChannelDeps = {
  readonly mail: Mail
  readonly pagesUrl: () => string
  /** Which addresses a webhook may have. The mail server is the operator's own choice. */
  readonly rule: AddressRule
}
export type Sent = { readonly ok: true } | { readonly ok: false; readonly text: string }

/** Sends notices to where people are. Never throws: what went wrong is told, and tried again by who asked. */
export function alertChannels({ mail, pagesUrl, rule }: ChannelDeps) {
  const { smtpUrl } = mail
  let opening: ReturnType<typeof open> | undefined
  const letters = mailer(mail)
  function posted(url: string, body: object): Promise<Sent> {
    opening ??= open(rule)
    return post(opening, url, body)
  }
  async function sendTo(channel: AlertChannel, notice: Notice): Promise<Sent> {
    switch (channel.kind) {
      case 'webhook':
        return posted(channel.url, webhookBody(notice, pagesUrl()))
      case 'slack':
        return posted(channel.url, { text: textOf(notice, pagesUrl()) })
      case 'email':
        await letters.send({ to: channel.to, subject: subjectOf(notice), text: textOf(notice, pagesUrl()) })
        return { ok: true }
    }
  }
  return {
    async send(channel: AlertChannel, notice: Notice): Promise<Sent> {
      const sent = await sendTo(channel, notice).catch(
        (error: unknown): Sent => ({
          ok: false,
          text: error instanceof Error ? error.message : String(error),
        }),
      )
      // What went wrong is shown and kept: an answer may repeat the address that lets everybody in.
      const mask = () => maskOf([...secretsOfChannel(channel), ...secretsOfMail(smtpUrl)])
      return sent.ok ? sent : { ok: false, text: mask()(sent.text) }
    },
    close(): void {
      letters.close()
      void opening?.then(({ dispatcher }) => dispatcher.destroy())
    },
  }
}

function secretsOfMail(smtpUrl: string | undefined): readonly string[] {
  if (smtpUrl === undefined) return []
  const { password } = new URL(smtpUrl)
  return [smtpUrl, password, decodeURIComponent(password)]
}

/** The client is loaded with the first notice. */
async function open(rule: AddressRule) {
  const [{ request }, { guardedAgent }] = await Promise.all([
    import('undici'),
    import('../net/guarded-agent.ts'),
  ])
  return { request, dispatcher: guardedAgent({ rule, connect_ms: WITHIN_MS }) }
}

async function post(opening: ReturnType<typeof open>, url: string, body: object): Promise<Sent> {
  const { request, dispatcher } = await opening
  const { statusCode, body: answer } = await request(url, {
    dispatcher,
    method: 'POST',
    headers: { 'content-type': 'application/json', 'user-agent': 'millrace' },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(WITHIN_MS),
  })
  const text = await answerText(answer)
  return statusCode >= 200 && statusCode < 300
    ? { ok: true }
    : { ok: false, text: `It answered ${statusCode}. ${text}` }
}

/** Only the beginning is read: what answers with gigabytes is let go. */
async function answerText(answer: AsyncIterable<Buffer> & { destroy(): unknown }): Promise<string> {
  let text = ''
  for await (const part of answer) {
    text += part.toString('utf8')
    if (text.length >= ANSWER_CHARS_MAX) break
  }
  return text.slice(0, ANSWER_CHARS_MAX)
}

/** What a webhook gets: facts for a program, and a text for people. */
function webhookBody(notice: Notice, pagesUrl: string) {
  const { kind, alert, at_ms } = notice
  return {
    kind,
    rule: alert.rule,
    ...(alert.of === undefined ? {} : { destination: alert.of }),
    text: alert.text,
    since: new Date(alert.since_ms).toISOString(),
    at: new Date(at_ms).toISOString(),
    link: linkOf(notice, pagesUrl),
  }
}

function subjectOf({ kind, alert }: Notice): string {
  // A line break in a subject would begin another header.
  const text = alert.text.replaceAll(/\s+/g, ' ').slice(0, 120)
  return kind === 'alert' ? `[Millrace] ${text}` : `[Millrace] Well again: ${text}`
}

/** One text for people, the same wherever it goes. */
export function textOf(notice: Notice, pagesUrl: string): string {
  const { kind, alert, at_ms } = notice
  const minutes = Math.max(1, Math.round((at_ms - alert.since_ms) / 60_000))
  const first = kind === 'alert' ? alert.text : `Well again after ${minutes} min. It was: ${alert.text}`
  return `${first}\n${linkOf(notice, pagesUrl)}`
}

function linkOf({ alert: { of, rule } }: Notice, pagesUrl: string): string {
  if (of === undefined) return `${pagesUrl}/settings`
  return `${pagesUrl}/destinations/${of}${rule === 'deadLetters' ? '/dead-letters' : ''}`
}
