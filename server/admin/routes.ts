import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Instance } from '../../core/configuration.ts'
import type { Destination } from '../../core/destination.ts'
import { AppError } from '../../core/errors.ts'
import { addressText } from '../../core/event.ts'
import type { AsideSum, InstanceState, Ledger, Page } from '../ledger/ledger.ts'
import { readEnvelopes } from '../log/envelope.ts'
import type { LogReader } from '../log/log.ts'
import type { Store } from '../store/store.ts'

const COUNT_DEFAULT = 50
const COUNT_MAX = 500

export type AdminDeps = {
  readonly store: Store
  readonly ledger: Ledger
  readonly log: LogReader
  readonly catalogue: ReadonlyMap<string, Destination>
}

/** What pages, scripts and the smoke test ask. Lists are newest first; `?limit=` and `?before=` page through them. */
export function adminRoutes(server: FastifyInstance, { store, ledger, log, catalogue }: AdminDeps): void {
  server.get('/admin/v1/sources', async () => {
    const { sources } = await store.read()
    const counts = await ledger.counts()
    return {
      sources: sources.map((source) => ({ ...source, counts: countsOf(counts, source.id) })),
    }
  })
  server.get('/admin/v1/destinations', async () => {
    const { instances } = await store.read()
    const [counts, states, aside] = [await ledger.counts(), await ledger.states(), await ledger.aside()]
    return {
      destinations: instances.map((instance) => ({
        ...withoutSecrets(instance, catalogue),
        ...shownState(instance, states.get(instance.id)),
        ...shownAside(aside.get(instance.id)),
        counts: countsOf(counts, instance.id),
      })),
    }
  })
  server.get('/admin/v1/events', async (request) => {
    const { count_max } = page(request)
    const chunks = await log.newest(count_max)
    const events = chunks.flatMap((chunk) => [...readEnvelopes(chunk)].reverse()).slice(0, count_max)
    return { events: events.map((event) => ({ ...event, address: addressText(event.address) })) }
  })
  server.get('/admin/v1/attempts', async (request) => {
    const attempts = await ledger.attempts(instanceFilter(request), page(request))
    return {
      attempts: attempts.map((attempt) => ({
        ...attempt,
        addresses: attempt.addresses.map(addressText),
        adjustments: (attempt.adjustments ?? []).map((one) => ({
          ...one,
          address: addressText(one.address),
        })),
        adjustments_count: attempt.adjustments_count ?? 0,
      })),
    }
  })
  server.get('/admin/v1/dead-letters', async (request) => {
    const deadLetters = await ledger.deadLetters(instanceFilter(request), page(request))
    return { deadLetters: deadLetters.map((one) => ({ ...one, address: addressText(one.address) })) }
  })
  server.get('/admin/v1/refusals', async (request) => {
    const source = parameter(request, 'source')
    const refusals = await ledger.refusals(source === undefined ? {} : { sourceId: source }, page(request))
    return { refusals: refusals.map((one) => ({ ...one, address: addressText(one.address) })) }
  })
}

/** What an instance does now; one that has not begun yet flows as far as anybody knows. */
function shownState({ enabled }: Instance, known: InstanceState | undefined) {
  if (!enabled) return { state: 'off' }
  if (known === undefined) return { state: 'flowing' }
  const { state, since_ms, reason } = known
  return { state, since: new Date(since_ms).toISOString(), ...(reason === undefined ? {} : { reason }) }
}

/** What fails alone, while others are taken. */
function shownAside(sum: AsideSum | undefined) {
  if (sum === undefined) return {}
  const { count, since_ms, reason } = sum
  return { aside: { count, since: new Date(since_ms).toISOString(), reason } }
}

type Counts = Awaited<ReturnType<Ledger['counts']>>

/** `{accepted: {total, parts: {track: 3}}}` */
function countsOf(
  counts: Counts,
  id: string,
): Record<string, { total: number; parts: Record<string, number> }> {
  const result: Record<string, { total: number; parts: Record<string, number> }> = {}
  for (const { of, part, name, count } of counts) {
    if (of !== id) continue
    const entry = result[name] ?? { total: 0, parts: {} }
    entry.total += count
    if (part !== '') entry.parts[part] = count
    result[name] = entry
  }
  return result
}

/** Shows only what is known to be no secret. */
function withoutSecrets(instance: Instance, catalogue: AdminDeps['catalogue']): Instance {
  const fields = catalogue.get(instance.kind)?.settings ?? {}
  const settings = Object.fromEntries(
    Object.entries(instance.settings).map(([name, value]) => [
      name,
      (fields[name]?.type ?? 'secret') === 'secret' ? '***' : value,
    ]),
  )
  return { ...instance, settings }
}

function instanceFilter(request: FastifyRequest): { instanceId?: string } {
  const destination = parameter(request, 'destination')
  return destination === undefined ? {} : { instanceId: destination }
}

function page(request: FastifyRequest): Page {
  const limit = parameter(request, 'limit')
  const before = parameter(request, 'before')
  return {
    count_max: limit === undefined ? COUNT_DEFAULT : wholeNumber('limit', limit, COUNT_MAX),
    ...(before === undefined ? {} : { before: wholeNumber('before', before, Number.MAX_SAFE_INTEGER) }),
  }
}

function parameter({ query }: FastifyRequest, name: string): string | undefined {
  const value = (query as Record<string, string | readonly string[] | undefined>)[name]
  if (value === undefined || typeof value === 'string') return value
  throw new AppError('QUERY_INVALID', { parameter: name, value: value.join(', '), problem: 'is given twice' })
}

function wholeNumber(name: string, text: string, max: number): number {
  const value = Number(text)
  if (Number.isInteger(value) && value >= 1 && value <= max) return value
  throw new AppError('QUERY_INVALID', { parameter: name, value: text, problem: `must be from 1 to ${max}` })
}
