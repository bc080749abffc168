import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type FaultRule, faultRulesProblem } from './fault-rules.ts'
import { makeFaults, type Verdict } from './faults.ts'

const PATH = '/api/track'
const body = { app_id: '11', identity: 'ada', event: 'Viewed' }
const bulk = (...names: string[]) => ({
  app_id: '11',
  events: names.map((event) => ({ identity: 'ada', event })),
})

/** One letter a request: p processed, l lost, or the status. */
function letters(
  rules: readonly FaultRule[],
  requests: readonly { path?: string; body?: unknown }[],
): string {
  const faults = makeFaults(rules)
  return requests.map((request) => letter(faults.decide({ path: PATH, body, ...request }))).join(' ')
}
function letter(verdict: Verdict): string {
  return verdict.action === 'answer' ? `${verdict.status}` : verdict.action.charAt(0)
}
const three = [{}, {}, {}]

describe('a fault rule', () => {
  const rows: readonly (readonly [title: string, FaultRule[], Parameters<typeof letters>[1], string])[] = [
    ['that is not there lets everything pass', [], three, 'p p p'],
    ['with a status answers every request', [{ status: 503 }], three, '503 503 503'],
    ['with times stops after that many', [{ status: 429, times: 2 }], three, '429 429 p'],
    ['with loseResponse processes, and loses the answer', [{ loseResponse: true, times: 1 }], three, 'l p p'],
    [
      'with a path concerns that path alone',
      [{ status: 500, path: '/api/v1/identify', times: 1 }],
      [{}, { path: '/api/v1/identify' }, { path: '/api/v1/identify' }],
      'p 500 p',
    ],
    [
      'with refuseEvents refuses the requests that carry such an event',
      [{ refuseEvents: 'Poison' }],
      [
        { body: bulk('Viewed', 'Poison') },
        { body: bulk('Viewed') },
        { body: { ...body, event: 'Poison' } },
        { body: undefined },
        { body: bulk('poison') },
      ],
      '400 p 400 p p',
    ],
    [
      'with refuseEvents may answer with another status',
      [{ refuseEvents: 'Viewed', status: 422 }],
      [{}],
      '422',
    ],
    [
      'counts only what it applied to',
      [{ refuseEvents: 'P', times: 1 }],
      [{}, { body: bulk('P') }, { body: bulk('P') }],
      'p 400 p',
    ],
    [
      'before another one decides alone',
      [
        { status: 503, times: 1 },
        { status: 429, times: 1 },
      ],
      three,
      '503 429 p',
    ],
    [
      'without a fault takes its requests from the rules below',
      [{ path: PATH }, { status: 500 }],
      [{}, { path: '/api/x' }],
      'p 500',
    ],
    ['with share 0 applies never', [{ status: 500, share: 0 }], three, 'p p p'],
    ['with share 1 applies always', [{ status: 500, share: 1 }], three, '500 500 500'],
  ]
  for (const [title, rules, requests, expected] of rows) {
    test(title, () => assert.equal(letters(rules, requests), expected))
  }

  test('with a share applies to about that share, the same ones for the same seed', () => {
    const thousand = Array(1_000).fill({})
    const of = (seed: number) => letters([{ status: 500, share: 0.3, seed }], thousand)
    const count = of(1).split('500').length - 1
    assert.ok(count > 250 && count < 350, `${count} of 1,000`)
    assert.equal(of(1), of(1))
    assert.notEqual(of(1), of(2))
  })
  test('carries its latency, its Retry-After and its reason', () => {
    const decide = (rule: FaultRule) => makeFaults([rule]).decide({ path: PATH, body })
    assert.deepEqual(decide({ latency_ms: 20 }), { action: 'process', latency_ms: 20 })
    assert.deepEqual(decide({ latency_ms: 20, loseResponse: true }), { action: 'lose', latency_ms: 20 })
    assert.deepEqual(decide({ status: 429, retryAfter_s: 2 }), {
      action: 'answer',
      latency_ms: 0,
      status: 429,
      retryAfter_s: 2,
      error: 'a fault rule of the sandbox',
    })
  })
  test('counts the requests that it was applied to', () => {
    const faults = makeFaults([{ status: 500, times: 2 }])
    for (const _ of three) faults.decide({ path: PATH, body })
    assert.deepEqual(
      faults.rules().map(({ applied }) => applied),
      [2],
    )
    faults.clear()
    assert.deepEqual(faults.rules(), [])
  })
})

describe('a set of rules is refused', () => {
  const rows: readonly (readonly [string, unknown, RegExp])[] = [
    ['that is no list', { status: 500 }, /must be a list/],
    ['that is too long', Array(101).fill({ status: 500 }), /the limit is 100/],
    ['with a rule that is no object', [500], /^rules\[0\]: must be an object/],
    ['with a misspelt knob', [{ status: 500 }, { latency: 5 }], /^rules\[1\]: there is no knob "latency"/],
    ['with a status that is none', [{ status: 99 }], /status from 200 to 599/],
    ['with a negative latency', [{ latency_ms: -1 }], /latency_ms must be/],
    ['with a latency without end', [{ latency_ms: 600_001 }], /at most 600000/],
    ['with times 0', [{ status: 500, times: 0 }], /times must be/],
    ['with a share over 1', [{ status: 500, share: 1.1 }], /share must be/],
    ['with a seed and no share', [{ status: 500, seed: 1 }], /seed needs a share/],
    ['with a path outside the API', [{ path: '/state' }], /starts with \/api\//],
    ['with a nameless event to refuse', [{ refuseEvents: '' }], /refuseEvents must be/],
    ['with a Retry-After and no status', [{ retryAfter_s: 1 }], /retryAfter_s needs a status/],
    ['with a lost response and a status', [{ loseResponse: true, status: 500 }], /leaves no answer/],
    ['with loseResponse as a text', [{ loseResponse: 'yes' }], /true or false/],
  ]
  for (const [title, rules, problem] of rows) {
    test(title, () => {
      assert.match(faultRulesProblem(rules) ?? '', problem)
      const faults = makeFaults([{ status: 503 }])
      assert.throws(() => faults.replace(rules as FaultRule[]), RangeError)
      assert.equal(letter(faults.decide({ path: PATH, body })), '503')
    })
  }
})
