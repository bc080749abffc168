import { find } from '../../core/edit/sources.ts'
import { AppError } from '../../core/errors.ts'
import type { EventEnvelope, Json } from '../../core/event.ts'
import { addressText } from '../../core/event.ts'
import { nameOf } from '../../core/event-name.ts'
import { ruleProblems } from '../../core/redact/check.ts'
import { changesIn } from '../../core/redact/diff.ts'
import { compileRedaction, type Redact } from '../../core/redact/redact.ts'
import type { LogReader } from '../log/log.ts'
import type { Store } from '../store/store.ts'
import { recentEvents } from './recent-events.ts'
import type { AdminRouter } from './router.ts'

const LIMIT_DEFAULT = 50

export type RedactionRouteDeps = {
  readonly store: Store
  readonly log: LogReader
  /** Of this installation, for rules that hash. */
  readonly salt: string
}

/** Shows what redaction rules would do, before they are saved. */
export function redactionRoutes({ on }: AdminRouter, { store, log, salt }: RedactionRouteDeps): void {
  on('POST /admin/v1/redactions/preview', async ({ body: { of, rules, limit = LIMIT_DEFAULT } }) => {
    const { sources, instances } = await store.read()
    const ids =
      'source' in of
        ? [find('source', sources, of.source).id]
        : find('destination', instances, of.destination).sources
    const problems = ruleProblems(rules).map(({ at, problem }) => ({ at: [...at], problem }))
    const nothing = { problems, looked: 0, changed: 0, failed: 0, events: [] }
    if (problems.length > 0) return nothing
    const redact = compileRedaction(rules, salt)
    let looked = 0
    const events: ReturnType<typeof shownChange>[] = []
    for await (const envelope of recentEvents(log, ids, limit)) {
      looked += 1
      events.push(shownChange(envelope, redact))
    }
    const touched = events.filter(({ changes, failed }) => changes.length > 0 || failed !== undefined)
    const failed = touched.filter((one) => one.failed !== undefined).length
    return { problems, looked, changed: touched.length - failed, failed, events: touched }
  })
}

function shownChange(
  { address, event }: EventEnvelope,
  redact: Redact,
): {
  readonly address: string
  readonly name: string
  readonly changes: readonly { readonly path: string; readonly before?: Json; readonly after?: Json }[]
  readonly failed?: string
} {
  const shown = { address: addressText(address), name: nameOf(event) ?? event.type }
  try {
    return { ...shown, changes: changesIn(event as unknown as Json, redact(event) as unknown as Json) }
  } catch (error) {
    return { ...shown, changes: [], failed: error instanceof AppError ? error.explanation : String(error) }
  }
}
