import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Json, JsonObject } from '../../core/event.ts'
import { planProblems } from '../../core/tracking-plan/check.ts'
import { readPlan } from './read-plan.ts'

/** The schema of the only rule of a table. */
function schemaIn(text: string): JsonObject {
  const read = readPlan(text)
  assert.ok(read.ok, JSON.stringify(read))
  assert.deepEqual(planProblems(read.rules), [])
  return read.rules[0]?.schema ?? {}
}
const of = (properties: JsonObject, more: JsonObject = {}): Json => ({ type: 'object', ...more, properties })

describe('a plan that is a table', () => {
  const rows: readonly [title: string, text: string, expected: Json][] = [
    [
      'has a row a property, and goes on with the event above where there is none',
      'event,property,type,required\nPaid,total,number,true\n,currency,string,no',
      of({ total: { type: 'number' }, currency: { type: 'string' } }, { required: ['total'] }),
    ],
    [
      'as Avo names its columns, with values and lists',
      'Event Name,Event Description,Property Name,Property Type,Property Presence,Property Is List,Allowed Values\nPaid,Somebody paid,currency,string,Always sent,false,"EUR, USD"\nPaid,,tags,string,Optional,true,',
      of(
        {
          currency: { type: 'string', enum: ['EUR', 'USD'] },
          tags: { type: 'array', items: { type: 'string' } },
        },
        { required: ['currency'] },
      ),
    ],
    [
      'says what is in objects and in the items of lists',
      'event;property;type;required\nPaid;products[].sku;string;yes\nPaid;products[].price;decimal;\nPaid;to.city;text;1',
      of({
        products: {
          type: 'array',
          items: of({ sku: { type: 'string' }, price: { type: 'number' } }, { required: ['sku'] }),
        },
        to: of({ city: { type: 'string' } }, { required: ['city'] }),
      }),
    ],
    [
      'keeps what stands in quotes, over lines and with delimiters',
      'event,property,property description,pattern\nPaid,id,"An order,\nas shops say","^A-[0-9]+$"',
      of({ id: { pattern: '^A-[0-9]+$', description: 'An order,\nas shops say' } }),
    ],
    [
      'takes numbers among allowed values for numbers',
      'event,property,type,enum\nPaid,n,int,1|2',
      of({ n: { type: 'integer', enum: [1, 2] } }),
    ],
    [
      'takes a name such as __proto__ for a name',
      'event,property,type\nPaid,__proto__,string',
      of(JSON.parse('{"__proto__":{"type":"string"}}')),
    ],
  ]
  for (const [title, text, expected] of rows) {
    test(title, () => assert.deepEqual(withoutOrder(schemaIn(text)), withoutOrder(expected)))
  }

  test('has calls of other types, and each event once', () => {
    const read = readPlan(
      'call type,event,description,property,type\nidentify,,,email,string\ntrack,A,An A,x,any\n,B,,y,any\n,A,,z,any',
    )
    assert.ok(read.ok)
    assert.equal(read.format, 'csv')
    assert.deepEqual(
      read.rules.map(({ type, event, description, schema }) => [
        type,
        event,
        description,
        Object.keys(schema['properties'] ?? {}),
      ]),
      [
        ['identify', undefined, undefined, ['email']],
        ['track', 'A', 'An A', ['x', 'z']],
        ['track', 'B', undefined, ['y']],
      ],
    )
    assert.deepEqual(read.notes, [])
  })

  test('tells by lines what it could not take, and takes the rest', () => {
    const read = readPlan(
      'event,property,type,required\n,lost,string,\nPaid,"a",money,perhaps\nPaid,b,string,true',
    )
    assert.ok(read.ok)
    assert.deepEqual(read.notes, [
      'Line 2: it has no event, and none is above it.',
      'Line 3: the type "money" is not known: anything is allowed.',
      'Line 3: "perhaps" does not say whether it is required: it is not.',
    ])
    assert.deepEqual(Object.keys((read.rules[0]?.schema['properties'] ?? {}) as object), ['a', 'b'])
  })

  const wrong: readonly [title: string, text: string, problem: RegExp][] = [
    ['without names of columns', 'Paid,total,number', /names no column "event"/],
    ['with a quote that never ends', 'event,property\n"Paid,total', /no CSV/],
    ['with nothing in it', '', /names no column "event"/],
    [
      'with too many rules',
      `event\n${Array.from({ length: 2_001 }, (_, n) => `e${n}`).join('\n')}`,
      /2001 rules/,
    ],
  ]
  for (const [title, text, problem] of wrong) {
    test(`is none ${title}`, () => {
      const read = readPlan(text)
      assert.ok(!read.ok)
      assert.match(read.problem, problem)
    })
  }
})

function withoutOrder(value: Json): Json {
  return JSON.parse(
    JSON.stringify(value, (_, one) => (isObject(one) ? Object.fromEntries(Object.entries(one).sort()) : one)),
  ) as Json
}
const isObject = (one: unknown): one is JsonObject =>
  typeof one === 'object' && one !== null && !Array.isArray(one)
