import assert from 'node:assert/strict'
import { before, describe, it } from 'node:test'
import { AppError } from '../../core/errors.ts'
import type { SpecEvent } from '../../core/event.ts'
import type { Transformed, Transforms } from '../../core/transform/transform.ts'
import { quickjsTransforms } from './quickjs.ts'

const EVENT: SpecEvent = {
  type: 'track',
  event: 'Order Completed',
  messageId: 'm-1',
  userId: 'u1',
  timestamp: '2026-11-29T12:00:00.000Z',
  originalTimestamp: '2026-11-29T12:00:01.000Z',
  sentAt: '2026-11-29T12:00:02.000Z',
  properties: { price: 12.5, quantity: 3, email: 'ann@example.com' },
}

let transforms: Transforms
before(async () => {
  transforms = await quickjsTransforms()
})

function run(text: string, event: SpecEvent = EVENT): Transformed {
  const compiled = transforms.compile(text)
  const result = compiled.run(event)
  compiled.dispose()
  return result
}
const body = (code: string) => `export function transform(event) { ${code} }`

describe('what a transformation makes of an event', () => {
  const rows: readonly [what: string, text: string, expected: Transformed][] = [
    ['the same', body('return event'), { status: 'changed', event: EVENT }],
    [
      'a changed property',
      body('event.properties.total = event.properties.price * event.properties.quantity; return event'),
      { status: 'changed', event: { ...EVENT, properties: { ...EVENT.properties, total: 37.5 } } },
    ],
    [
      'an arrow function',
      'export const transform = (event) => ({ ...event, event: event.event.toLowerCase() })',
      { status: 'changed', event: { ...EVENT, event: 'order completed' } },
    ],
    [
      'with functions of its own, exported or not',
      'export const twice = (n) => n * 2\nfunction one() { return 1 }\nexport function transform(event) { event.properties = { n: twice(one()) }; return event }',
      { status: 'changed', event: { ...EVENT, properties: { n: 2 } } },
    ],
    ['nothing', body('return null'), { status: 'dropped' }],
    [
      'a new object, and the time of before',
      body('return { type: event.type, messageId: event.messageId, userId: event.userId, event: "A" }'),
      {
        status: 'changed',
        event: {
          type: 'track',
          messageId: 'm-1',
          userId: 'u1',
          event: 'A',
          timestamp: EVENT.timestamp,
          originalTimestamp: '2026-11-29T12:00:01.000Z',
          sentAt: '2026-11-29T12:00:02.000Z',
        },
      },
    ],
  ]
  for (const [what, text, expected] of rows)
    it(what, () => assert.deepEqual(JSON.parse(JSON.stringify(run(text))), expected))
})

describe('what makes a transformation fail, and never pass the event on', () => {
  const rows: readonly [what: string, text: string, problem: RegExp][] = [
    ['a throw', body('\nthrow new Error("no")'), /^threw Error: no \(line 2\)$/],
    ['a throw of a text', body('throw "no"'), /^threw something that is no error$/],
    [
      'a name that is not there',
      body('return evnt'),
      /^threw ReferenceError: evnt is not defined \(line 1\)$/,
    ],
    ['a forgotten return', body('event.a = 1'), /gave nothing: return the event, or null to drop it/],
    ['a promise', 'export const transform = async (event) => event', /gave a promise/],
    ['a number', body('return 5'), /gave something that is no event/],
    ['a function', body('return () => 1'), /gave something that is no event/],
    [
      'another messageId',
      body('event.messageId = "x"; return event'),
      /changes "messageId" from "m-1" to "x"/,
    ],
    ['another type', body('event.type = "page"; return event'), /changes "type" from "track" to "page"/],
    ['nobody', body('delete event.userId; return event'), /neither a "userId" nor an "anonymousId"/],
    ['properties that are a list', body('event.properties = []; return event'), /"properties" is a list/],
    ['a date that is none', body('event.timestamp = "soon"; return event'), /"timestamp" is "soon"/],
    ['a circle', body('event.self = event; return event'), /^threw TypeError: circular reference/],
    ['a loop without end', body('while (true) {}'), /ran for too many steps/],
    ['a loop that catches', body('for (;;) { try { for (;;) {} } catch {} }'), /ran for too many steps/],
    ['a pattern that backtracks', body('/^(a+)+$/.test("a".repeat(50) + "b"); return event'), /^ran for/],
    ['a recursion without end', body('return transform(event)'), /stack/],
    [
      'all the memory',
      body('const a = []; for (;;) a.push("x".repeat(1000) + a.length)'),
      /^ran for|out of memory/,
    ],
    ['one huge text', body('event.a = "x".repeat(1e9); return event'), /out of memory|too long/],
    [
      'a large event',
      body('event.a = "x".repeat(2e6); return event'),
      /gave an event of 20\d+ characters; 1048576/,
    ],
  ]
  for (const [what, text, problem] of rows) {
    it(what, () => {
      const result = run(text)
      assert.ok(result.status === 'failed', JSON.stringify(result))
      assert.match(result.problem, problem)
    })
  }
  it('and the next event gets a sound sandbox', () => {
    const { run } = transforms.compile(
      body(
        'if (event.event === "bomb") for (;;) {}; if (event.event === "big") "x".repeat(1e9); return event',
      ),
    )
    for (const event of ['bomb', 'big', 'bomb']) {
      assert.equal(run({ ...EVENT, event } as SpecEvent).status, 'failed')
      assert.equal(run(EVENT).status, 'changed')
    }
  })
})

describe('what a transformation cannot reach', () => {
  const rows: readonly [what: string, code: string][] = [
    ['a process', 'return typeof process'],
    ['require', 'return typeof require'],
    ['fetch', 'return typeof fetch'],
    ['a file', 'return typeof std + typeof os'],
    ['timers', 'return typeof setTimeout'],
    ['performance', 'return typeof performance'],
    ['the host, by a constructor', 'return typeof event.constructor.constructor("return this")().process'],
  ]
  for (const [what, code] of rows) {
    it(what, () => {
      const result = run(
        `const probe = (event) => { ${code} }\n${body('event.event = probe(event); return event')}`,
      )
      assert.match(
        result.status === 'changed' ? String(Reflect.get(result.event, 'event')) : '',
        /^(undefined)+$/,
      )
    })
  }
  it('another event, by what all share', () => {
    const attacks = [
      'Object.prototype.polluted = 1',
      'Array.prototype.map = () => []',
      'globalThis.count = 1',
      'JSON.stringify = () => "{}"',
      'Object.getPrototypeOf(function* () {}).x = 1',
      'Reflect.getPrototypeOf([][Symbol.iterator]()).next = 1',
      '(0, eval)("var leaked = 1")',
      'Date.prototype.toISOString = () => "x"',
    ]
    for (const attack of attacks) {
      const { run } = transforms.compile(body(`${attack}; return event`))
      assert.equal(run(EVENT).status, 'failed', attack)
    }
  })
  it('another event, by what the text keeps', () => {
    const { run } = transforms.compile(
      'let count = 0\nconst seen = []\nexport function transform(event) { seen.push(1); event.properties = { count: ++count, seen: seen.length }; return event }',
    )
    run(EVENT)
    assert.deepEqual(run(EVENT), run(EVENT))
  })
  it('an event whose fields are named like what all objects have', () => {
    const properties = JSON.parse('{"__proto__": {"a": 1}, "constructor": "c", "toString": "t"}')
    const result = run(body('return event'), { ...EVENT, properties } as SpecEvent)
    assert.equal(
      result.status === 'changed' && JSON.stringify(Reflect.get(result.event, 'properties')),
      JSON.stringify(properties),
    )
    assert.equal(Reflect.get({}, 'a'), undefined)
  })
})

it('the clock is the event’s, and chance its messageId’s: a retry makes the same', () => {
  const text = body(
    'event.properties = { now: Date.now(), at: new Date().toISOString(), year: new Date(0).getUTCFullYear(), chance: Math.random(), is: new Date() instanceof Date }; return event',
  )
  const [first, again, other] = [EVENT, EVENT, { ...EVENT, messageId: 'm-2' }].map((event) => {
    const result = run(text, event)
    return result.status === 'changed' && 'properties' in result.event ? result.event.properties : undefined
  })
  assert.deepEqual(first, again)
  assert.equal(first?.['at'], EVENT.timestamp)
  assert.equal(first?.['year'], 1970)
  assert.notEqual(first?.['chance'], other?.['chance'])
})

it('a trial shows what was written with console.log', () => {
  const { trial } = transforms.compile(
    body('console.log("total", { a: 1 }, undefined); console.warn(2); return event'),
  )
  assert.deepEqual(trial(EVENT).lines, ['total {"a":1} undefined', '2'])
})

describe('what is no transformation', () => {
  const rows: readonly [text: string, problem: RegExp, line: number, column: number][] = [
    ['', /exports no function "transform"/, 1, 1],
    ['function transform(event) { return event }', /exports no function "transform"/, 1, 1],
    ['export default function (event) { return event }', /exports a default/, 1, 1],
    ['import x from "y"\n', /cannot import/, 1, 1],
    ['const a = 1\nexport * from "y"', /cannot import/, 2, 1],
    ['function transform() {}\nexport { transform }', /exports a list/, 2, 1],
    ['export async function transform(event) { return event }', /must not be async/, 1, 8],
    ['export function transform(event) {\n  return event.\n}', /Unexpected token/, 3, 1],
    ['export function transform(event) { return event } })(); (function () {', /Unexpected token/, 1, 51],
    ['await 1\nexport function transform(event) { return event }', /./, 1, 1],
    [`export function transform(event) { return event } //${'x'.repeat(50_000)}`, /are the most/, 1, 1],
  ]
  for (const [text, problem, line, column] of rows) {
    it(text.slice(0, 60) || 'an empty text', () => {
      assert.throws(
        () => transforms.compile(text),
        (error) => {
          assert.ok(error instanceof AppError && error.code === 'TRANSFORM_INVALID')
          const { problem: told, line: atLine, column: atColumn } = error.details
          assert.match(String(told), problem)
          assert.deepEqual([atLine, atColumn], [line, column])
          return true
        },
      )
    })
  }
})
