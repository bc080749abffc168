import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Entry, SpecEvent } from '../../core/event.ts'
import { redactionOf } from '../../core/redact/redact.ts'
import type { Finding, Judge } from '../../core/tracking-plan/finding.ts'
import { dedupeWindow } from './dedupe.ts'
import { LIMITS, NOW, NOW_MS, track } from './ingest.fixtures.ts'
import { type ItemContext, makeItem } from './item.ts'

const context = (more: Partial<ItemContext> = {}): ItemContext => ({
  source: { id: 'website', name: 'Website', kind: 'javascript', writeKey: 'website-key' },
  type: undefined,
  shared: {},
  around: { receivedAt_ms: NOW_MS, receivedAt: NOW, newMessageId: () => 'made' },
  dedupe: dedupeWindow({ window_ms: 60_000, ids_max: 1_000 }),
  seed: 1,
  limits: LIMITS,
  ...more,
})
const MISSING: Finding = { kind: 'violation', path: 'properties.total', rule: 'required', text: 'is missing' }
const UNPLANNED: Finding = {
  kind: 'unplanned property',
  path: 'properties.email',
  rule: '',
  text: 'is unplanned',
}
const REFUSED = { code: 'PLAN_VIOLATION', reason: 'The call is wrong.' } as const
const call = { ...track('m1'), properties: { email: 'ada@example.com' } }
const finds =
  (findings: readonly Finding[], more: object = {}): Judge =>
  (event) => ({ event, findings, ...more })

describe('a call that a tracking plan looks at', () => {
  test('is kept as it is when nothing is found', () => {
    const item = makeItem(call, context({ judge: () => undefined }))
    assert.equal(item.entry.kind, 'event')
    assert.equal(item.found, undefined)
  })

  test('is kept as the plan leaves it, with what was found', () => {
    const judge: Judge = (event) => ({
      event: { ...event, properties: {} } as SpecEvent,
      findings: [UNPLANNED],
    })
    const { entry, found } = makeItem(call, context({ judge }))
    assert.ok(entry.kind === 'event' && entry.event.type === 'track')
    assert.deepEqual(entry.event.properties, {})
    assert.deepEqual(found, {
      ...{ sourceId: 'website', type: 'track', event: entry.event.event, messageId: 'm1' },
      findings: [UNPLANNED],
    })
  })

  test('is refused with its reason, kept as it came, and not claimed: it may come again when it is mended', () => {
    const around = context({ judge: finds([MISSING], { refused: REFUSED }) })
    const { entry, found } = makeItem(call, around)
    assert.equal(entry.kind, 'refused')
    const { refusal } = entry as Extract<Entry, { kind: 'refused' }>
    assert.deepEqual({ code: refusal.code, reason: refusal.reason }, REFUSED)
    assert.ok(refusal.text.includes('ada@example.com'))
    assert.deepEqual(found?.findings, [MISSING])
    assert.equal(makeItem(call, { ...around, judge: undefined }).entry.kind, 'event')
  })

  test('is not counted again when it comes a second time', () => {
    const around = context({ judge: finds([MISSING]) })
    assert.ok(makeItem(call, around).found)
    const second = makeItem(call, around)
    assert.equal(second.entry.kind, 'duplicate')
    assert.equal(second.found, undefined)
  })

  test('is looked at before rules of redaction take something out', () => {
    const seen: unknown[] = []
    const judge: Judge = (event) => {
      seen.push(event.type === 'track' && event.properties?.['email'])
      return undefined
    }
    makeItem(
      call,
      context({ judge, redact: redactionOf([{ path: 'properties.email', how: 'drop' }], 'salt') }),
    )
    assert.deepEqual(seen, ['ada@example.com'])
  })

  test('tells no name that rules of redaction take out, in what is found and in why it is refused', () => {
    const redact = redactionOf([{ path: 'properties.email', how: 'drop' }], 'salt')
    const text = 'is not in the plan'
    const extra: Finding = { kind: 'violation', path: 'properties.email', rule: 'additionalProperties', text }
    const refused = { ...REFUSED, reason: 'properties.email is not in the plan' }
    const { entry, found } = makeItem(call, context({ redact, judge: finds([extra, MISSING], { refused }) }))
    assert.deepEqual(
      found?.findings.map(({ path }) => path),
      ['properties.…', 'properties.total'],
    )
    const { refusal } = entry as Extract<Entry, { kind: 'refused' }>
    assert.equal(
      refusal.reason,
      'The call is not as the tracking plan says: properties.… is not in the plan; properties.total is missing.',
    )
    const kept = makeItem(call, context({ judge: finds([extra]) })).found
    assert.deepEqual(kept?.findings, [extra])
  })
})
