import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Destination } from '../../core/destination.ts'
import { AppError } from '../../core/errors.ts'
import { addressText } from '../../core/event.ts'
import type { Ledger, Page } from '../ledger/ledger.ts'
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
export function adminRoutes(server: FastifyInstance, { ledger }: Pick<AdminDeps, 'ledger'>): void {
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
