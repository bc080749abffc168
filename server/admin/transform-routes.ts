import type { AnswerOf } from '../../contract/route.ts'
import type { Routes } from '../../contract/routes.ts'
import { addressText, type JsonObject, type SpecEvent } from '../../core/event.ts'
import type { TransformTrial } from '../../core/transform/transform.ts'
import type { LogReader } from '../log/log.ts'
import type { Lookups } from '../lookup/lookups.ts'
import { findEvent } from './explain-routes.ts'
import { recentEvents } from './recent-events.ts'
import { invalid } from './request.ts'
import type { AdminRouter } from './router.ts'

const LIMIT_DEFAULT = 10

export type TransformRouteDeps = {
  readonly log: LogReader
  /** Run where it makes nobody wait: a text that is being written may do anything. */
  readonly transformTrial: Lookups['transformTrial']
}
type Tried = { readonly event: SpecEvent; readonly address?: string }
type Trial = AnswerOf<Routes['POST /admin/v1/transforms/trial']>

/** Shows what a transformation would do, before it is saved. */
export function transformRoutes({ on }: AdminRouter, { log, transformTrial }: TransformRouteDeps): void {
  on('POST /admin/v1/transforms/trial', async ({ body }): Promise<Trial> => {
    const { text, sources, limit = LIMIT_DEFAULT } = body
    const tried: Tried[] = []
    if (body.event !== undefined || body.address !== undefined) {
      const found = await findEvent(body as JsonObject, log, Date.now())
      if (!found.ok) throw invalid('event', found.reason)
      tried.push({ event: found.event, ...(body.address === undefined ? {} : { address: body.address }) })
    } else {
      for await (const { address, event } of recentEvents(log, sources, limit)) {
        tried.push({ event, address: addressText(address) })
      }
    }
    const { problems, results } = await transformTrial({ text, events: tried.map(({ event }) => event) })
    return {
      problems: problems.map(({ at, problem }) => ({ at: [...at], problem })),
      results: results.flatMap((trial, index) => shownTrial(tried[index], trial) ?? []),
    }
  })
}

function shownTrial(
  tried: Tried | undefined,
  { result, lines }: TransformTrial,
): Trial['results'][number] | undefined {
  if (tried === undefined) return undefined
  const { event: before, ...place } = tried
  const base = { ...place, before, status: result.status, lines: [...lines] }
  switch (result.status) {
    case 'changed':
      return { ...base, after: result.event }
    case 'failed':
      return { ...base, problem: result.problem }
    case 'dropped':
      return base
  }
}
