import type { AnswerOf } from '../../contract/route.ts'
import type { Routes } from '../../contract/routes.ts'
import { type Difference, differences } from '../../core/differences.ts'
import type { Json } from '../../core/event.ts'

export type Plan = AnswerOf<Routes['POST /admin/v1/configuration/plan']>
type Item = Plan['items'][number]
type Tried = NonNullable<Plan['tried']>['actions'][number]
type Sample = Tried['samples'][number]
export type Paint = (colour: keyof typeof COLOURS, text: string) => string

const COLOURS = { green: 32, yellow: 33, red: 31, dim: 2 } as const
const VALUE_CHARS_MAX = 120
const SAMPLE_LINES_MAX = 8
const SIGNS = { created: '+', updated: '~', deleted: '-', unchanged: ' ' } as const
const PAINTS = { created: 'green', updated: 'yellow', deleted: 'red', unchanged: 'dim' } as const

/** Colours for a terminal; elsewhere texts stay as they are. */
export function painter(isTerminal: boolean): Paint {
  return (colour, text) => (isTerminal ? `\x1b[${COLOURS[colour]}m${text}\x1b[0m` : text)
}

export function hasChanges({ items, reordered }: Plan): boolean {
  return reordered || items.some(({ change }) => change !== 'unchanged')
}

/** What would change, and what real events would have become, for people. */
export function planLines(plan: Plan, paint: Paint): readonly string[] {
  const { items, reordered, notes, tried } = plan
  const count = (change: Item['change']) => items.filter((item) => item.change === change).length
  const sum = `${count('created')} to create, ${count('updated')} to change, ${count('deleted')} to delete, ${count('unchanged')} unchanged.`
  return [
    ...items.filter(({ change }) => change !== 'unchanged').flatMap((item) => itemLines(item, paint)),
    ...(reordered ? [paint('yellow', '~ another order of sources or destinations')] : []),
    ...(hasChanges(plan) ? [sum] : [`Nothing would change: ${count('unchanged')} are as they should be.`]),
    ...notes.map((note) => `Note: ${harmless(note)}`),
    ...(tried === undefined || tried.actions.length === 0 ? [] : triedLines(tried, paint)),
  ]
}

function itemLines({ what, id, change, fields, drift }: Item, paint: Paint): readonly string[] {
  const name = what === 'alerts' ? what : `${what} ${id}`
  const drifted =
    drift === undefined
      ? ''
      : `   drifted: ${drift.by === '' ? 'somebody' : drift.by} changed it at ${drift.at}, after files were applied`
  return [
    paint(PAINTS[change], harmless(`${SIGNS[change]} ${name}${drifted}`)),
    ...fields.map((field) => `    ${differenceText(field)}`),
  ]
}

/** `settings.appId: "1" → "2"` */
export function differenceText({ at, before, after }: Difference): string {
  return `${harmless(at.join('.'))}: ${valueText(before)} → ${valueText(after)}`
}

function triedLines({ events, actions, left }: NonNullable<Plan['tried']>, paint: Paint): readonly string[] {
  if (events === 0) return ['', 'No events came in yet that could be tried.']
  return [
    '',
    `Of the last ${events} real events, by action:`,
    ...actions.flatMap((action) => actionLines(action, paint)),
    ...(left === 0 ? [] : [`  ${left} more actions were not tried.`]),
  ]
}

function actionLines({ destination, action, name, counts, samples }: Tried, paint: Paint): readonly string[] {
  const different = Object.entries(counts).filter(([change, count]) => change !== 'same' && count > 0)
  const told = different.map(([change, count]) => `${count} ${change}`)
  return [
    harmless(`  ${destination} › ${name} (${action}): ${[...told, `${counts.same} the same`].join(', ')}`),
    ...samples.flatMap((sample) => sampleLines(sample, paint)),
  ]
}

function sampleLines({ address, change, event, before, after }: Sample, paint: Paint): readonly string[] {
  const found = differences(sent(before), sent(after))
  const shown = found.slice(0, SAMPLE_LINES_MAX).map((one) => `        ${differenceText(one)}`)
  const more = found.length > SAMPLE_LINES_MAX ? [`        and ${found.length - SAMPLE_LINES_MAX} more`] : []
  const isWhole = before === undefined || after === undefined || change !== 'changed'
  const sides = isWhole
    ? [`        now:  ${sideText(before)}`, `        then: ${sideText(after)}`]
    : [...shown, ...more]
  return [paint('dim', harmless(`      ${change}: ${JSON.stringify(event)} ${address}`)), ...sides]
}

function sideText(side: Sample['before']): string {
  const problem = side?.problems[0] ?? side?.wrong[0]
  if (problem !== undefined) return harmless(`refused: ${problem.problem}`)
  const request = side?.requests[0]
  const call = side?.calls?.[0]
  if (call !== undefined) return cut(harmless(`${call.name}(${JSON.stringify(call.given).slice(1, -1)})`))
  if (request === undefined) return 'nothing is sent'
  return cut(harmless(`${request.method} ${request.url} ${JSON.stringify(request.json ?? null)}`))
}

function sent(side: Sample['before']): Json {
  return JSON.parse(JSON.stringify({ requests: side?.requests ?? [], calls: side?.calls ?? [] })) as Json
}

function valueText(value: unknown): string {
  return value === undefined ? '(none)' : cut(harmless(JSON.stringify(value)))
}

function cut(text: string): string {
  return text.length <= VALUE_CHARS_MAX ? text : `${text.slice(0, VALUE_CHARS_MAX)}…`
}

/** What comes from elsewhere must not steer a terminal. */
export function harmless(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, '�')
}
