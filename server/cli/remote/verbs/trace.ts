import type { AnswerOf } from '../../../../contract/route.ts'
import type { Routes } from '../../../../contract/routes.ts'
import { AppError } from '../../../../core/errors.ts'
import { BODY_FLAGS, bodyOf, given, invalid, numberOf } from '../body.ts'
import type { Print, Tone } from '../print.ts'
import type { Cell } from '../table.ts'
import type { Call, Verb } from '../verb.ts'
import { found, messageIdOf, nameOf, personOf } from './events.ts'

type Traced = AnswerOf<Routes['GET /admin/v1/events/:address']>
type Fate = Traced['destinations'][number]
type Detail = AnswerOf<Routes['GET /admin/v1/attempts/:id']>

const LOOK_EVERY_MS = 250
/** Requests and answers that are shown of one event. */
const ATTEMPTS_SHOWN_MAX = 20
const UNDECIDED: ReadonlySet<string> = new Set<Fate['fate']>(['pending', 'parked'])

export const traceVerbs: readonly Verb[] = [
  {
    name: 'trace',
    summary:
      'One event from end to end: received, corrected, and at each destination what became of it and why',
    args: [{ name: 'MESSAGE-ID' }],
    flags: {
      wait: { value: 'SECONDS', help: 'Until it is there and decided everywhere, at most so long' },
      bodies: { help: 'Requests and answers in full' },
    },
    run: trace,
  },
  {
    name: 'explain',
    summary: 'What an event in a file would become at a destination; nothing is sent or stored',
    args: [
      { name: 'DESTINATION', of: 'destination' },
      { name: 'FILE', isOptional: true },
    ],
    flags: {
      source: { value: 'ID', help: 'As if this source had sent it' },
      action: { value: 'ID', help: 'Only this action' },
      set: BODY_FLAGS['set'] as never,
    },
    run: explain,
  },
  {
    name: 'test',
    summary: 'Try a destination with a made-up event; with --send it is really sent',
    args: [{ name: 'DESTINATION', of: 'destination' }],
    flags: { send: { help: 'Send it' } },
    run: test,
  },
]

async function trace(call: Call): Promise<number> {
  const { client, print, has } = call
  const told = await decided(call)
  const attempts = told.destinations.flatMap((one) => one.attempts).slice(0, ATTEMPTS_SHOWN_MAX)
  const details = has('bodies')
    ? await Promise.all(
        attempts.map(({ id }) => client.ask('GET /admin/v1/attempts/:id', { params: { id: String(id) } })),
      )
    : []
  const json = { ...told, ...(has('bodies') ? { attempts: details } : {}) }
  print.one(json, linesOf(told, details, print), told.entry.address)
  return 0
}

/** Asks until it is there and nothing of it waits, or the time is over. @throws {AppError} NOT_FOUND */
async function decided(call: Call): Promise<Traced> {
  const { deps } = call
  const end_ms = deps.now_ms() + (numberOf(call, 'wait') ?? 0) * 1_000
  for (;;) {
    const told = await found(call).catch((error: unknown) => {
      if (error instanceof AppError && error.code === 'NOT_FOUND') return error
      throw error
    })
    const isDecided =
      !(told instanceof AppError) && !told.destinations.some(({ fate }) => UNDECIDED.has(fate))
    if (isDecided) return told
    if (deps.now_ms() < end_ms && (await deps.wait(LOOK_EVERY_MS))) continue
    if (told instanceof AppError) throw told
    return told
  }
}

function linesOf({ entry, corrections, destinations }: Traced, details: readonly Detail[], print: Print) {
  const what = entry.kind === 'event' ? entry.event.type : entry.kind
  const lines: Cell[] = [
    [`${messageIdOf(entry)}  ${what} ${nameOf(entry)}`.trimEnd(), 'strong'],
    `  received ${print.time(entry.receivedAt)} from ${entry.sourceId}, at ${entry.address}`,
    ...(personOf(entry) === '' ? [] : [`  person ${personOf(entry)}`]),
    ...corrections.map(({ at, text }) => `  corrected ${at}: ${text}`),
    ...(entry.kind === 'refused'
      ? [[`  refused: ${entry.refusal.code}: ${entry.refusal.reason}`, 'bad'] as const]
      : []),
    ...(entry.kind === 'event' && destinations.length === 0 ? ['  no destination is connected'] : []),
    ...destinations.flatMap((one) => fateLines(one, details, print)),
  ]
  return lines
}

function fateLines(one: Fate, details: readonly Detail[], print: Print): readonly Cell[] {
  return [
    [`${one.destination}: ${one.fate}`, toneOf(one.fate)],
    ...(one.why ?? []).map(({ action, text }) => `  ${action} did not want it: ${text}`),
    ...one.deliveries.flatMap(({ action, fate, reason, adjustments, notes = [], deadLetter, until }) => [
      [
        `  ${action}: ${fate}${until === undefined ? '' : ` until ${print.time(until)}`}`,
        toneOf(fate),
      ] as const,
      ...(reason === undefined ? [] : [`    ${reason.code}: ${reason.text}`]),
      ...adjustments.map(({ field, text }) => `    ${field}: ${text}`),
      ...notes.map((note) => `    ${note}`),
      ...(deadLetter === undefined ? [] : [`    dead letter ${deadLetter.id}`]),
    ]),
    ...one.attempts.flatMap(({ id, startedAt, method, url, status, outcome, duration_ms, reason }) => {
      const detail = details.find((known) => known.id === id)
      const answer = status === undefined ? 'no answer' : String(status)
      return [
        `  ${print.time(startedAt)}: ${method} ${url} -> ${answer} in ${Math.round(duration_ms)} ms: ${outcome}`,
        ...(reason === undefined ? [] : [`    ${reason.code}: ${reason.text}`]),
        ...(detail === undefined
          ? []
          : [`    request: ${detail.requestBody}`, `    answer:  ${detail.responseBody}`]),
      ]
    }),
  ]
}

function toneOf(fate: Fate['fate']): Tone | undefined {
  switch (fate) {
    case 'delivered':
      return 'good'
    case 'dead letter':
      return 'bad'
    case 'parked':
    case 'pending':
      return 'warn'
    default:
      return 'dim'
  }
}

async function explain(call: Call): Promise<number> {
  const { client, print, flag, args, deps } = call
  const [destination = '', file = '-'] = args
  const event = await bodyOf({ ...call, deps, flag: (name) => (name === 'file' ? file : flag(name)) })
  const body = given({ destination, event, source: flag('source'), action: flag('action') })
  const told = await client.ask('POST /admin/v1/explain', { body })
  if ('refused' in told) throw invalid(`it would be refused: ${told.refused.code}: ${told.refused.reason}`)
  const lines: Cell[] = told.explanations.flatMap((one) => [
    [`${one.id}  ${one.name}${one.enabled ? '' : ' (off)'}`, 'strong'] as const,
    ...one.wrong.map(({ at, problem }) => `  wrong: ${at.join('.')} ${problem}`),
    ...(one.trigger === undefined ? [] : [one.trigger.matches ? '  it is wanted' : '  it is not wanted']),
    ...(one.trigger?.clauses ?? []).map(
      ({ text, holds }) => `    ${holds ? 'holds' : 'does not hold'}: ${text}`,
    ),
    ...one.problems.map(({ field, problem }) => [`  ${field}: ${problem}`, 'bad'] as const),
    ...one.adjustments.map(({ field, text }) => `  ${field}: ${text}`),
    ...one.requests.flatMap(({ method, url, json }) => [`  ${method} ${url}`, `    ${JSON.stringify(json)}`]),
  ])
  print.one(told, lines)
  return 0
}

async function test({ client, print, has, args: [destination = ''] }: Call): Promise<number> {
  const { event, explanation, attempts } = await client.ask('POST /admin/v1/test', {
    body: { destination, ...(has('send') ? { send: true } : {}) },
  })
  const lines: Cell[] = [
    ...explanation.requests.flatMap(({ method, url, json }) => [
      `${method} ${url}`,
      `  ${JSON.stringify(json)}`,
    ]),
    ...explanation.problems.map(({ field, problem }) => [`${field}: ${problem}`, 'bad'] as const),
    ...attempts.map(({ status, duration_ms, outcome, reason, body }) => {
      const answer = `${status ?? 'no answer'} in ${Math.round(duration_ms)} ms: ${outcome}`
      const why = reason === undefined ? '' : `, ${reason.code}: ${reason.text}`
      return [`${answer}${why} ${body}`.trimEnd(), outcome === 'delivered' ? 'good' : 'bad'] as const
    }),
    ...(has('send') ? [] : ['Nothing was sent: --send does.']),
  ]
  print.one({ event, explanation, attempts }, lines)
  return attempts.every(({ outcome }) => outcome === 'delivered') ? 0 : 1
}
