import type { AnswerOf, QueryOf } from '../../contract/route.ts'
import type { Routes } from '../../contract/routes.ts'
import { AppError } from '../../core/errors.ts'
import { type Address, addressText, type Entry } from '../../core/event.ts'
import type { AttemptFilter, Ledger, StoredAttempt } from '../ledger/ledger.ts'
import { readEnvelopes } from '../log/envelope.ts'
import { chunkAt } from './chunk-at.ts'
import { COUNT_DEFAULT } from './events.ts'
import { type EventFilter, entryAt, type FindDeps, findEvents, matcher, SEARCH_MS_MAX } from './find.ts'
import { cursorText, isoTime, readAddress, readTime, shownAttempt } from './shown.ts'

/** So many events of a person or a name are looked up at once. */
const EVENTS_COUNT = 500

export type AttemptLookupDeps = FindDeps & { readonly ledger: Ledger }
type Query = QueryOf<Routes['GET /admin/v1/attempts']>
type Answer = AnswerOf<Routes['GET /admin/v1/attempts']>

/** What was sent, newest first, each with the first of the events that it carried. */
export async function attemptList(deps: AttemptLookupDeps, query: Query): Promise<Answer> {
  const { attempts, ...rest } = await attemptPage(deps, query)
  return { ...rest, attempts: await Promise.all(attempts.map((attempt) => shownWithFirst(deps, attempt))) }
}

type AttemptPage = Omit<Answer, 'attempts'> & { readonly attempts: readonly StoredAttempt[] }

async function shownWithFirst(
  { log }: FindDeps,
  attempt: StoredAttempt,
): Promise<Answer['attempts'][number]> {
  const [address] = attempt.addresses
  const entry = address === undefined ? undefined : await entryAt(log, address)
  if (address === undefined || entry?.kind !== 'event') return shownAttempt(attempt)
  const { event } = entry
  const named = 'event' in event ? event.event : 'name' in event ? event.name : undefined
  const person = event.userId ?? event.anonymousId
  const first = {
    address: addressText(address),
    name: named === undefined || named === '' ? event.type : named,
  }
  return { ...shownAttempt(attempt), first: { ...first, ...(person === undefined ? {} : { person }) } }
}

/** Of a person or an event's name: by the events, so in the order of the newest of them. */
async function attemptPage(deps: AttemptLookupDeps, query: Query): Promise<AttemptPage> {
  const { event, person, limit: count_max = COUNT_DEFAULT, before } = query
  const filter = readFilter(query)
  if (event !== undefined || person !== undefined) return attemptsOfEvents(deps, query, filter)
  const found = await deps.ledger.attempts(filter, {
    count_max: count_max + 1,
    ...(before === undefined ? {} : { before: readId('before', before) }),
  })
  const attempts = found.slice(0, count_max)
  return { attempts, ...nextId(found.length > count_max, attempts) }
}

/** @throws {AppError} NOT_FOUND */
export async function attemptDetail(
  ledger: Ledger,
  id: string,
): Promise<AnswerOf<Routes['GET /admin/v1/attempts/:id']>> {
  const attempt = /^\d{1,15}$/.test(id) ? await ledger.attempt(Number(id)) : undefined
  if (attempt === undefined) throw new AppError('NOT_FOUND', { attempt: id })
  const { requestBody, responseBody, addresses, adjustments = [], adjustments_count = 0 } = attempt
  return {
    ...shownAttempt(attempt),
    ...{ requestBody, responseBody, adjustments_count },
    addresses: addresses.map(addressText),
    adjustments: adjustments.map(({ address, subscriptionId: action, field, text }) => {
      return { address: addressText(address), action, field, text }
    }),
  }
}

/**
 * The events are looked up a window at a time, newest first, and the attempts of a window shown by their ids. One that
 * carried events of two windows was shown with the newer. `before` is `id` inside the window that begins at an address:
 * `3-1042-7.5512`.
 */
async function attemptsOfEvents(
  deps: AttemptLookupDeps,
  query: Query,
  filter: AttemptFilter,
): Promise<AttemptPage> {
  const { ledger, clock_ms } = deps
  const { limit: count_max = COUNT_DEFAULT, before } = query
  const events: EventFilter = {
    kind: 'event',
    ...(query.event === undefined ? {} : { name: query.event }),
    ...(query.person === undefined ? {} : { person: query.person }),
  }
  const until_ms = clock_ms() + SEARCH_MS_MAX
  const attempts: StoredAttempt[] = []
  let place = readPlace(before)
  for (;;) {
    // A copy was never sent: it need not be known for one.
    const window = await findEvents({ ...deps, shownAs: undefined }, events, {
      count_max: EVENTS_COUNT,
      ...(place.from && { before: place.from }),
    })
    const carried = window.envelopes.map(({ address }) => address)
    const page = { count_max: count_max + 1, ...(place.id === undefined ? {} : { before: place.id }) }
    for (const attempt of await ledger.attempts({ ...filter, carried }, page)) {
      if (place.from !== undefined && (await carriesNewer(deps, attempt, place.from, events))) continue
      if (attempts.length === count_max) {
        const id = attempts.at(-1)?.id as number
        return { attempts, next: placeText(place.from, id) }
      }
      attempts.push(attempt)
    }
    const { next, searchedTo_ms } = window
    if (next === undefined) return { attempts }
    place = { from: next, id: undefined }
    if (searchedTo_ms === undefined && clock_ms() < until_ms) continue
    const to_ms = searchedTo_ms ?? Date.parse(window.envelopes.at(-1)?.receivedAt ?? '')
    return {
      ...{ attempts, next: placeText(next, undefined) },
      ...(Number.isNaN(to_ms) ? {} : { searched_to: isoTime(to_ms) }),
    }
  }
}

/** Whether it was shown with a newer event already. */
async function carriesNewer(
  { log }: FindDeps,
  { addresses }: StoredAttempt,
  from: Address,
  filter: EventFilter,
): Promise<boolean> {
  const fits = matcher(filter)
  const newer = addresses.filter(
    ({ chunk, index }) => chunk > from.chunk || (chunk === from.chunk && index >= from.index),
  )
  let entries: readonly Entry[] = []
  let last: number | undefined
  for (const { chunk, index } of newer) {
    if (chunk !== last) {
      const read = await chunkAt(log, chunk)
      entries = read === undefined ? [] : readEnvelopes(read)
      last = chunk
    }
    const entry = entries[index]
    if (entry !== undefined && fits(entry)) return true
  }
  return false
}

type Place = { readonly from: Address | undefined; readonly id: number | undefined }

function placeText(from: Address | undefined, id: number | undefined): string {
  return `${from === undefined ? '' : cursorText(from)}.${id ?? ''}`
}

/** @throws {AppError} QUERY_INVALID */
function readPlace(text: string | undefined): Place {
  if (text === undefined) return { from: undefined, id: undefined }
  const [from = '', id = ''] = text.split('.')
  return {
    from: from === '' ? undefined : readAddress('before', from),
    id: id === '' ? undefined : readId('before', id),
  }
}

function nextId(isMore: boolean, attempts: readonly StoredAttempt[]): { readonly next?: string } {
  const last = attempts.at(-1)
  return isMore && last !== undefined ? { next: String(last.id) } : {}
}

/** @throws {AppError} QUERY_INVALID */
function readFilter({ destination, action, outcome, status, from, to }: Query): AttemptFilter {
  const [from_ms, to_ms] = [readTime('from', from), readTime('to', to)]
  return {
    ...(destination === undefined ? {} : { instanceId: destination }),
    ...(action === undefined ? {} : { subscriptionId: action }),
    ...(outcome === undefined ? {} : { outcome }),
    ...(status === undefined ? {} : { status: readStatus(status) }),
    ...(from_ms === undefined ? {} : { from_ms }),
    ...(to_ms === undefined ? {} : { to_ms }),
  }
}

/** `200`, `4xx` or `none`, as the contract has checked. */
function readStatus(text: string): NonNullable<AttemptFilter['status']> {
  if (text === 'none') return 'none'
  const [first, last] = [Number(text.replaceAll('x', '0')), Number(text.replaceAll('x', '9'))]
  return { first, last }
}

/** @throws {AppError} QUERY_INVALID */
export function readId(parameter: string, text: string): number {
  const id = Number(text)
  if (/^\d+$/.test(text) && Number.isSafeInteger(id) && id > 0) return id
  throw new AppError('QUERY_INVALID', { parameter, value: text, problem: 'is no `next` of an answer' })
}
