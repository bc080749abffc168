import { isIP } from 'node:net'
import type { Privacy } from '../../core/configuration.ts'
import type { Json, JsonObject, SpecEvent } from '../../core/event.ts'
import { own } from '../../core/own.ts'

/** What a request tells of whoever sent it, beside its body. */
export type Visitor = {
  /** Where the request came from, behind the proxies that are trusted. */
  readonly address: string
  readonly userAgent: string | undefined
  /** Sent as `text/plain`, which only pages do: it spares them a CORS preflight. */
  readonly isPlainText: boolean
}

/**
 * The event with the visitor's address and browser in its context, as the vendors' servers add them to calls from pages.
 * What the sender wrote stays as it is, `null` too: a page can keep its visitors' addresses out of everything.
 */
export function withVisitor(event: SpecEvent, visitor: Visitor | undefined, privacy: Privacy): SpecEvent {
  if (visitor === undefined || privacy === 'drop' || !isFromPage(event, visitor)) return event
  const { context } = event
  const ip = context?.['ip'] === undefined ? ipText(visitor.address, privacy) : undefined
  const userAgent = context?.['userAgent'] === undefined ? visitor.userAgent : undefined
  if (ip === undefined && userAgent === undefined) return event
  const added: Record<string, Json> = {
    ...(ip === undefined ? {} : { ip }),
    ...(userAgent === undefined ? {} : { userAgent }),
  }
  return { ...event, context: { ...context, ...added } satisfies JsonObject }
}

function isFromPage(event: SpecEvent, { isPlainText }: Visitor): boolean {
  const channel = own(event.context, 'channel') ?? own(event, 'channel')
  // A server that says so is one, whatever the type of its body.
  return typeof channel === 'string' ? channel === 'browser' : isPlainText
}

/** The address, or with `truncate` what is left without its last 8 bits (IPv4) or 80 bits (IPv6). */
function ipText(address: string, privacy: 'keep' | 'truncate'): string | undefined {
  const text = address.replace(/%.*$/, '').replace(/^::ffff:(?=\d+\.)/i, '')
  switch (isIP(text)) {
    case 4:
      return privacy === 'keep' ? text : text.replace(/\d+$/, '0')
    case 6:
      return privacy === 'keep' ? text : truncatedV6(text)
    default:
      return undefined
  }
}

const GROUPS = 8
/** A /48 is what a customer is given at most: RFC 6177. */
const GROUPS_KEPT = 3

function truncatedV6(text: string): string {
  const [before = '', behind] = text.toLowerCase().split('::')
  const split = (part: string) => (part === '' ? [] : part.split(':'))
  const start = split(before)
  const end = split(behind ?? '')
  // An IPv4 address at the end stands for two groups; it is far behind what is kept.
  const length = start.length + end.length + (text.includes('.') ? 1 : 0)
  const groups = [...start, ...Array<string>(Math.max(GROUPS - length, 0)).fill('0'), ...end]
  const kept = groups.slice(0, GROUPS_KEPT).map((group) => group.replace(/^0+(?=.)/, ''))
  while (kept.at(-1) === '0') kept.pop()
  return `${kept.join(':')}::`
}
