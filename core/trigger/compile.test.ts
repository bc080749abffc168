import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { JsonObject } from '../event.ts'
import { deepFreeze, trackEvent } from '../testing.ts'
import { compileTrigger } from './trigger.ts'

const event = deepFreeze(
  trackEvent({
    anonymousId: 'a1',
    event: "Buyer's choice",
    properties: {
      total: 10,
      debt: -2.5,
      text: '10',
      zero: 0,
      blank: '',
      paid: true,
      free: false,
      nothing: null,
      items: [{ sku: 'A' }, { sku: 'B' }],
      same: { a: 1 },
      list: ['x'],
      'first name': 'Ada',
      'a.b': 'dotted',
      'utm:source': 'mail',
      größe: 'XL',
      quote: 'say "hi"',
      back: 'a\\b',
      and: 'a field',
      in: 'inside',
    },
    context: { page: { path: '/pricing' } },
  }),
)

type Rows = readonly (readonly [trigger: string, matches: boolean])[]
const GROUPS: Readonly<Record<string, Rows>> = {
  'what it compares': [
    ['type = "track"', true],
    ['type = "page"', false],
    ['type != "page"', true],
    ['type != "track"', false],
    ['"track" = type', true],
    ['"a" = "a"', true],
    ['userId = anonymousId', false],
    ['userId = userId', true],
    ['$.properties.total = 10', true],
    ['context.page.path = "/pricing"', true],
    ['properties.items[1].sku = "B"', true],
    ['properties.items[0].sku = "B"', false],
    ['properties.größe = "XL"', true],
    ['properties.in = "inside"', true],
  ],
  'precedence and nesting': [
    ['type = "page" or type = "track" and userId = "u1"', true],
    ['type = "track" or type = "track" and userId = "nobody"', true],
    ['(type = "track" or type = "page") and userId = "nobody"', false],
    ['userId = "nobody" and type = "page" or type = "track"', true],
    ['userId = "nobody" and (type = "page" or type = "track")', false],
    ['type = "track" and userId = "u1" and anonymousId = "a1"', true],
    ['type = "track" and userId = "u1" and anonymousId = "a2"', false],
    ['type = "page" or type = "screen" or type = "track"', true],
    ['!type = "page"', true],
    ['!type = "track"', false],
    ['! type = "page" and type = "track"', true],
    ['!type = "track" or type = "track"', true],
    ['!(type = "track" or type = "page")', false],
    ['!(type = "page" and type = "track")', true],
    ['!!type = "track"', true],
    ['!(!(type = "track"))', true],
    ['((((type = "track"))))', true],
    ['((type = "page") or ((userId = "u1")))', true],
  ],
  'strict types': [
    ['properties.total = 10', true],
    ['properties.total = "10"', false],
    ['properties.text = "10"', true],
    ['properties.text = 10', false],
    ['properties.total = 1e1', true],
    ['properties.total = 10.0', true],
    ['properties.debt = -2.5', true],
    ['properties.paid = true', true],
    ['properties.paid = "true"', false],
    ['properties.free = false', true],
    ['properties.zero = 0', true],
    ['properties.zero = -0', true],
    ['properties.zero = false', false],
    ['properties.blank = ""', true],
    ['properties.blank = null', false],
    ['properties.same = properties.same', false],
    ['properties.list = "x"', false],
    ['properties = "[object Object]"', false],
  ],
  'missing and null': [
    ['properties.nothing = null', true],
    ['properties.missing = null', true],
    ['missing.deep.down = null', true],
    ['properties.missing != null', false],
    ['properties.total != null', true],
    ['properties.missing = ""', false],
    ['properties.missing = false', false],
    ['properties.missing = 0', false],
    ['properties.missing = properties.nothing', true],
    ['properties.missing != "x"', true],
    ['constructor = null', true],
    ['properties.__proto__ = null', true],
    ['properties.missing > 0', false],
    ['properties.missing < 0', false],
    ['properties.missing >= null', false],
  ],
  order: [
    ['properties.total > 9', true],
    ['properties.total > 10', false],
    ['properties.total >= 10', true],
    ['properties.total < 10', false],
    ['properties.total <= 10', true],
    ['properties.total < 10.5', true],
    ['9 < properties.total', true],
    ['properties.debt < 0', true],
    ['properties.text > 9', false],
    ['properties.text < 99', false],
    ['properties.text > "1"', true],
    ['properties.text <= "10"', true],
    ['properties.text < "10"', false],
    ['userId >= "u1"', true],
    ['userId < "u2"', true],
    ['userId < "a"', false],
    ['properties.paid >= true', false],
    ['properties.list >= properties.list', false],
  ],
  'a value alone': [
    ['properties.paid', true],
    ['properties.free', false],
    ['!properties.free', true],
    ['properties.total', false],
    ['properties.missing', false],
    ['true', true],
    ['false', false],
    ['null', false],
    ['"true"', false],
    ['1', false],
    ['!properties.missing and properties.paid', true],
  ],
  lists: [
    ['type in ["track", "page"]', true],
    ['type in ("page", "track")', true],
    ['type in ["page"]', false],
    ['!(type in ["page"])', true],
    ['!type in ["page"]', true],
    ['properties.total in [1, 10]', true],
    ['properties.total in ["10"]', false],
    ['properties.zero in [-0]', true],
    ['properties.paid in [true]', true],
    ['properties.missing in [null]', true],
    ['properties.nothing in ["x", null]', true],
    ['properties.missing in ["x"]', false],
    ['properties.list in ["x"]', false],
    ['"a" in ["a"]', true],
    ['type in ["page"] or userId in ["u1"]', true],
  ],
  'quotes and escapes': [
    ["type = 'track'", true],
    ["event = 'Buyer\\'s choice'", true],
    ['event = "Buyer\'s choice"', true],
    ['event = "Buyer\\\'s choice"', true],
    ['properties.quote = "say \\"hi\\""', true],
    ['properties.quote = \'say "hi"\'', true],
    ['properties.back = "a\\\\b"', true],
    ['properties.back = "a\\b"', false],
    ['properties.first\\ name = "Ada"', true],
    ['properties.a\\.b = "dotted"', true],
    ['properties.a.b = "dotted"', false],
    ['properties.utm\\:source = "mail"', true],
    ['properties.and = "a field"', true],
    ['\\type = "track"', true],
    ['type="track"and userId="u1"', true],
    ['\n\ttype\n=\n"track"\r\n', true],
  ],
}

for (const [group, rows] of Object.entries(GROUPS)) {
  describe(`a trigger: ${group}`, () => {
    for (const [trigger, matches] of rows) {
      test(`${trigger} ${matches ? 'matches' : 'does not match'}`, () => {
        assert.equal(compileTrigger(trigger)(event), matches)
      })
    }
  })
}

test('a trigger sees the whole of an event: what is matched by one is not by another', () => {
  const bought = compileTrigger('event = "Order Completed" and properties.total >= 100')
  const events: readonly JsonObject[] = [
    { event: 'Order Completed', properties: { total: 100 } },
    { event: 'Order Completed', properties: { total: 99.99 } },
    { event: 'Order Completed' },
    { event: 'Order Cancelled', properties: { total: 100 } },
  ]
  assert.deepEqual(
    events.map((given) => bought(trackEvent(given))),
    [true, false, false, false],
  )
})
