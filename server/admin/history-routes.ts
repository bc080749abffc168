import { addressText } from '../../core/event.ts'
import type { DeadLetterFilter, Ledger, Page, StoredDeadLetter } from '../ledger/ledger.ts'
import { readEnvelope } from '../log/envelope.ts'
import type { LogReader } from '../log/log.ts'
import { isoTime, readTime, shownDeadLetter } from '../lookup/shown.ts'
import { invalid, notFound } from './request.ts'
import type { AdminRouter } from './router.ts'

const COUNT_DEFAULT = 50
const ID = /^\d{1,15}$/

export type HistoryDeps = { readonly ledger: Ledger; readonly log: LogReader }

/** What could not be delivered, and what ingest refused. */
export function historyRoutes({ on }: AdminRouter, { ledger, log }: HistoryDeps): void {
  on('GET /admin/v1/dead-letters', async ({ query }) => {
    const asked = pageOf(query)
    const { shown, ...next } = cut(await ledger.deadLetters(readDeadLetterFilter(query), asked), asked)
    return { deadLetters: shown.map(shownDeadLetter), ...next }
  })
  on('GET /admin/v1/dead-letters/groups', async ({ query: { destination } }) => {
    const groups = await ledger.deadLetterGroups(destination === undefined ? {} : { instanceId: destination })
    return {
      groups: groups.map(({ instanceId, subscriptionId, code, text, count, first_ms, last_ms }) => ({
        ...{ destination: instanceId, action: subscriptionId, code, text, count },
        ...{ first: isoTime(first_ms), last: isoTime(last_ms) },
      })),
    }
  })
  on('GET /admin/v1/dead-letters/:id', async ({ params: { id } }) => {
    const [letter] = ID.test(id) ? await ledger.deadLetters({ ids: [Number(id)] }, { count_max: 1 }) : []
    if (letter === undefined) throw notFound('dead letter', id)
    const { request, response } = letter
    const event = (await eventOf(log, letter))?.event
    return {
      ...shownDeadLetter(letter),
      ...(request === undefined ? {} : { request }),
      ...(response === undefined ? {} : { response }),
      ...(event === undefined ? {} : { event: event as unknown as Record<string, unknown> }),
    }
  })
  on('POST /admin/v1/dead-letters/discard', async ({ body, note }) => {
    const { ids, ...asked } = body
    note({ before: { ...asked, ...(ids === undefined ? {} : { ids }) } })
    const filter = readDeadLetterFilter(asked)
    // Left out by mistake, it would be all that there are.
    if (ids === undefined && Object.keys(filter).length === 0) {
      throw invalid('body', 'must say which: by destination, action, code, text, event, time or ids')
    }
    const discarded = await ledger.giveUpDeadLetters({ ...filter, ...(ids === undefined ? {} : { ids }) })
    return { discarded }
  })
  on('GET /admin/v1/refusals', async ({ query }) => {
    const { source } = query
    const asked = pageOf(query)
    const found = await ledger.refusals(source === undefined ? {} : { sourceId: source }, asked)
    const { shown, ...next } = cut(found, asked)
    return {
      refusals: shown.map(({ id, sourceId, address, at_ms, code, reason, messageId, text }) => ({
        ...{ id, source: sourceId, address: addressText(address), at: isoTime(at_ms), code, reason, text },
        ...(messageId === undefined ? {} : { messageId }),
      })),
      ...next,
    }
  })
}

type Asked = {
  readonly destination?: string
  readonly action?: string
  readonly code?: string
  readonly text?: string
  readonly event?: string
  readonly from?: string
  readonly to?: string
}

/** @throws {AppError} QUERY_INVALID */
export function readDeadLetterFilter(asked: Asked): DeadLetterFilter {
  const { destination, action, code, text, event } = asked
  const [from_ms, to_ms] = [readTime('from', asked.from), readTime('to', asked.to)]
  return {
    ...(destination === undefined ? {} : { instanceId: destination }),
    ...(action === undefined ? {} : { subscriptionId: action }),
    ...(code === undefined ? {} : { code }),
    ...(text === undefined ? {} : { text }),
    ...(event === undefined ? {} : { event }),
    ...(from_ms === undefined ? {} : { from_ms }),
    ...(to_ms === undefined ? {} : { to_ms }),
  }
}

/** One more than is shown says whether there is more. */
function pageOf({ limit = COUNT_DEFAULT, before }: { limit?: number; before?: string }): Page {
  if (before !== undefined && !ID.test(before)) throw invalid('before', 'is no `next` of an answer')
  return { count_max: limit + 1, ...(before === undefined ? {} : { before: Number(before) }) }
}

function cut<Thing extends { readonly id: number }>(found: readonly Thing[], { count_max }: Page) {
  const shown = found.slice(0, count_max - 1)
  const last = shown.at(-1)
  return { shown, ...(found.length === count_max && last !== undefined ? { next: String(last.id) } : {}) }
}

export async function eventOf(log: LogReader, { address }: Pick<StoredDeadLetter, 'address'>) {
  const { lane, chunk, index } = address
  if (lane >= log.lanes) return undefined
  const [read] = await log.read(lane, { chunk, index }, { count_max: 1, bytes_max: 1 })
  const envelope = read?.chunk === chunk ? readEnvelope(read, index) : undefined
  return envelope?.kind === 'event' ? envelope : undefined
}
