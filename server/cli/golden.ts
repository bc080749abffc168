import type { Configuration, Instance } from '../../core/configuration.ts'
import type { Destination } from '../../core/destination.ts'
import type { Json, JsonObject } from '../../core/event.ts'
import { type Explanation, explain } from '../../core/explain.ts'
import { own } from '../../core/own.ts'
import { parseCall } from '../../core/parse-event.ts'
import { redactionOf } from '../../core/redact/redact.ts'

/** When every example is received: the same event always gives the same requests. */
const RECEIVED_AT = '2026-01-01T00:00:00.000Z'
const KEYS = ['source', 'event', 'receivedAt', 'expect']

/** An event of a source, and what each destination that gets something of it is sent. */
export type Example = {
  readonly source: string
  /** A call as a client sends it. */
  readonly event: Json
  /** Left out: 2026-01-01T00:00:00.000Z. */
  readonly receivedAt?: string
  readonly expect?: Json
}
export type ReadExample =
  | { readonly ok: true; readonly example: Example }
  | { readonly ok: false; readonly problem: string }

export function readExample(text: string): ReadExample {
  const value = parsed(text)
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return failed('it is no JSON object')
  const unknown = Object.keys(value).find((key) => !KEYS.includes(key))
  if (unknown !== undefined) return failed(`"${unknown}" is not known here; there are ${KEYS.join(', ')}`)
  const [source, event, receivedAt, expect] = KEYS.map((key) => own(value, key))
  if (typeof source !== 'string') return failed('"source" must be the id of a source')
  if (event === undefined) return failed('"event" is missing: a call as a client sends it')
  if (receivedAt !== undefined && (typeof receivedAt !== 'string' || Number.isNaN(Date.parse(receivedAt))))
    return failed('"receivedAt" must be a time, such as 2026-01-01T00:00:00.000Z')
  const given = {
    ...(receivedAt === undefined ? {} : { receivedAt }),
    ...(expect === undefined ? {} : { expect }),
  }
  return { ok: true, example: { source, event, ...given } }
}

/** As it is written back, with what came out. */
export function exampleText({ source, event, receivedAt }: Example, expect: Json): string {
  const example = { source, event, ...(receivedAt === undefined ? {} : { receivedAt }), expect }
  return `${JSON.stringify(example, undefined, 2)}\n`
}

/**
 * What the event becomes: for each destination that gets something, the requests (or the calls in the page), and `{ rejected }` for
 * each delivery that would be a dead letter. Secrets are `***`. A call that would be refused is a problem.
 */
export function becomes(
  { source, event: call, receivedAt = RECEIVED_AT }: Example,
  { sources, instances }: Configuration,
  catalogue: ReadonlyMap<string, Destination>,
): { readonly ok: true; readonly sent: JsonObject } | { readonly ok: false; readonly problem: string } {
  const sender = sources.find(({ id }) => id === source)
  if (sender === undefined) return failed(`"${source}" is not the id of a source`)
  const receivedAt_ms = Date.parse(receivedAt)
  const around = {
    receivedAt_ms,
    receivedAt: new Date(receivedAt_ms).toISOString(),
    newMessageId: () => 'example',
  }
  const read = parseCall(call, undefined, {}, around)
  if (!read.ok) return failed(`the event would be refused: ${read.code}: ${read.reason}`)
  const event = redactionOf(sender.redact, '')?.(read.event) ?? read.event
  const sent = instances.flatMap((instance): [string, Json][] => {
    const destination = catalogue.get(instance.kind)
    if (destination === undefined || !instance.enabled || !instance.sources.includes(source)) return []
    const all = explained(instance, destination).map((one) => one(event))
    const told = all.flatMap(outcomeOf)
    return told.length === 0 ? [] : [[instance.id, told]]
  })
  return { ok: true, sent: Object.fromEntries(sent) }

  function explained(instance: Instance, destination: Destination) {
    const { settings, id: instanceId, consent = [] } = instance
    const context = { now_ms: receivedAt_ms, recall: () => undefined }
    // What is hashed is hashed without the salt of an installation: there is none here.
    const redact = redactionOf(instance.redact, '')
    const where = {
      destination,
      settings,
      instanceId,
      name: instance.name,
      consent,
      redact,
      context,
      sourceId: source,
    }
    return instance.subscriptions
      .filter(({ enabled }) => enabled)
      .map((subscription) => (event: Parameters<typeof explain>[0]) => explain(event, subscription, where))
  }
}

function outcomeOf({
  trigger,
  consent,
  switchedOff,
  problems,
  requests,
  calls = [],
  end,
}: Explanation): readonly Json[] {
  if (switchedOff !== undefined || trigger?.matches !== true || (consent?.missing.length ?? 0) > 0) return []
  const rejected = problems.map(({ field, problem }): Json => ({ rejected: `${field} ${problem}` }))
  const ended = end?.status === 'rejected' ? [{ rejected: `${end.reason.code}: ${end.reason.text}` }] : []
  return [...rejected, ...ended, ...(plain(requests) as Json[]), ...(plain(calls) as Json[])]
}

/** As JSON writes it: what is undefined is not there. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value))
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function failed(problem: string): { readonly ok: false; readonly problem: string } {
  return { ok: false, problem }
}
