// biome-ignore-all lint/suspicious/noThenProperty: "then" is a word of the language
import type { Json, JsonObject } from '../../event.ts'
import { at, gives, missing, nothing, problem, prop, type Row, type Topic, withProperties } from './row.ts'

const exists = (value: Json): Json => ({ '@if': { exists: value, then: 'yes', else: 'no' } })
const blank = (value: Json): Json => ({ '@if': { blank: value, then: 'yes', else: 'no' } })

const plans = (value: Json, rest: JsonObject = {}): Json => ({
  '@lookup': {
    value,
    table: { Pro: 'professional', '5': 'five', true: 'so', '12.5': 'price', '': 'none', null: 'NULL' },
    ...rest,
  },
})

/** How a field chooses among values: @if, @first, @lookup. */
export const choosing: readonly Topic[] = [
  {
    topic: '@if exists: there and not null',
    rows: [
      ['a text', exists(prop('plan')), gives('yes')],
      ['what is missing', exists(missing), gives('no')],
      ['null', exists(prop('nothing')), gives('no')],
      ['null as a fixed value', exists(null), gives('no')],
      ['0', exists(prop('zero')), gives('yes')],
      ['false', exists(prop('no')), gives('yes')],
      ['the empty text', exists(prop('empty')), gives('yes')],
      ['unlike Segment: the empty text as a fixed value', exists(''), gives('yes')],
      ['blanks', exists(prop('blank')), gives('yes')],
      ['an empty list', exists(prop('nobody')), gives('yes')],
      ['an empty object', exists(prop('bare')), gives('yes')],
      ['an object whose keys found nothing', exists({ a: missing }), gives('yes')],
    ],
  },
  {
    topic: '@if blank: there, not null and not the empty text',
    rows: [
      ['a text', blank(prop('plan')), gives('yes')],
      ['what is missing', blank(missing), gives('no')],
      ['null', blank(prop('nothing')), gives('no')],
      ['the empty text', blank(prop('empty')), gives('no')],
      ['the empty text as a fixed value', blank(''), gives('no')],
      ['unlike Segment: 0', blank(prop('zero')), gives('yes')],
      ['unlike Segment: false', blank(prop('no')), gives('yes')],
      ['blanks', blank(prop('blank')), gives('yes')],
      ['an empty list', blank(prop('nobody')), gives('yes')],
      ['an empty object', blank(prop('bare')), gives('yes')],
    ],
  },
  {
    topic: '@if: then and else',
    rows: [
      ['no else', { '@if': { exists: missing, then: 1 } }, nothing],
      ['no then', { '@if': { exists: at('userId'), else: 1 } }, nothing],
      ['no then, and else is taken', { '@if': { exists: missing, else: 1 } }, gives(1)],
      ['then gives 0', { '@if': { exists: 1, then: 0, else: 1 } }, gives(0)],
      ['then gives false', { '@if': { exists: 1, then: false, else: 1 } }, gives(false)],
      ['then gives null', { '@if': { exists: 1, then: null, else: 1 } }, gives(null)],
      ['then gives the empty text', { '@if': { exists: 1, then: '', else: 1 } }, gives('')],
      ['then finds nothing: else is not asked', { '@if': { exists: 1, then: missing, else: 1 } }, nothing],
      ['unlike Segment: else gives 0', { '@if': { exists: missing, then: 1, else: 0 } }, gives(0)],
      [
        'unlike Segment: else gives false',
        { '@if': { exists: missing, then: 1, else: false } },
        gives(false),
      ],
      [
        'unlike Segment: else gives the empty text',
        { '@if': { exists: missing, then: 1, else: '' } },
        gives(''),
      ],
      ['unlike Segment: else gives null', { '@if': { exists: missing, then: 1, else: null } }, gives(null)],
      [
        'both are objects',
        { '@if': { exists: 1, then: { a: at('userId') }, else: {} } },
        gives({ a: 'ada' }),
      ],
      ['one in another', { '@if': { exists: missing, else: { '@if': { blank: '', else: 2 } } } }, gives(2)],
      [
        'with both questions, exists decides for then',
        { '@if': { exists: 1, blank: '', then: 'yes', else: 'no' } },
        gives('yes'),
      ],
      [
        'with both questions, exists decides for else',
        { '@if': { exists: missing, blank: 1, then: 'yes', else: 'no' } },
        gives('no'),
      ],
      ['without a question', { '@if': { then: 1, else: 2 } }, problem('@if', /exists/)],
      ['not an object', { '@if': at('userId') }, problem('@if', /exists/)],
    ],
  },
  {
    topic: '@first',
    rows: [
      ['the first that is there', { '@first': [missing, at('userId'), at('type')] }, gives('ada')],
      ['passes over null', { '@first': [prop('nothing'), null, 'b'] }, gives('b')],
      ['passes over the empty text', { '@first': [prop('empty'), '', 'b'] }, gives('b')],
      ['takes 0', { '@first': [prop('zero'), 'b'] }, gives(0)],
      ['takes false', { '@first': [prop('no'), 'b'] }, gives(false)],
      ['takes blanks', { '@first': [prop('blank'), 'b'] }, gives('  ')],
      ['takes an empty list', { '@first': [prop('nobody'), 'b'] }, gives([])],
      ['takes an empty object', { '@first': [{ a: missing }, 'b'] }, gives({})],
      ['finds nothing', { '@first': [missing, null, ''] }, nothing],
      ['of one', { '@first': [at('userId')] }, gives('ada')],
      ['one in another', { '@first': [{ '@first': [null] }, 'c'] }, gives('c')],
      ['passes over a problem', { '@first': [{ '@number': 'many' }, 'b'] }, gives('b')],
      ['passes over a problem deep inside', { '@first': [{ a: [{ '@number': 'many' }] }, 'b'] }, gives('b')],
      ['does not ask what comes after', { '@first': ['a', { '@number': 'many' }] }, gives('a')],
      [
        'tells the problem when none is left',
        { '@first': [{ '@number': 'many' }] },
        problem('@number', /number/),
      ],
      [
        'tells the problem when nothing comes after',
        { '@first': [{ '@number': 'many' }, missing] },
        problem('@number', /number/),
      ],
      [
        'tells the problem when nothing came before',
        { '@first': ['', null, { '@number': 'many' }] },
        problem('@number', /number/),
      ],
      [
        'in another, passes its problem on',
        { '@first': [{ '@first': [{ '@number': 'x' }] }, 'c'] },
        gives('c'),
      ],
      ['not a list', { '@first': at('userId') }, problem('@first', /list/)],
    ],
  },
  {
    topic: '@lookup',
    rows: [
      ['of a text', plans(prop('plan')), gives('professional')],
      ['of a number', plans(prop('seats')), gives('five')],
      ['of a number with a fraction', plans(prop('price')), gives('price')],
      ['of a large number', { '@lookup': { value: 1e21, table: { '1e+21': 1 } } }, gives(1)],
      [
        'of minus 0',
        { '@lookup': { value: prop('n'), table: { '0': 'zero' } } },
        gives('zero'),
        withProperties({ n: -0 }),
      ],
      ['of true', plans(prop('yes')), gives('so')],
      ['of the empty text', plans(prop('empty')), gives('none')],
      ['in another case', plans({ '@lower': prop('plan') }), nothing],
      ['of what is not in the table', plans(at('event')), nothing],
      [
        'of what is not in the table, with a default',
        plans(at('event'), { default: 'other' }),
        gives('other'),
      ],
      ['with the default null', plans(at('event'), { default: null }), gives(null)],
      ['with the default 0', plans(at('event'), { default: 0 }), gives(0)],
      ['with a default that finds nothing', plans(at('event'), { default: missing }), nothing],
      [
        'with a default that it does not need',
        plans(prop('plan'), { default: 'other' }),
        gives('professional'),
      ],
      ['of nothing', plans(missing), nothing],
      ['of nothing, with a default', plans(missing, { default: 'other' }), gives('other')],
      ['of null, which has no text', plans(prop('nothing'), { default: 'other' }), gives('other')],
      [
        'of nothing, which is not the text undefined',
        { '@lookup': { value: missing, table: { undefined: 1, null: 2 } } },
        nothing,
      ],
      [
        'of null, which is not the text null',
        { '@lookup': { value: null, table: { undefined: 1, null: 2 } } },
        nothing,
      ],
      ['of a list', plans(['Pro'], { default: 'other' }), gives('other')],
      [
        'of a list, although its JSON is in the table',
        { '@lookup': { value: [1], table: { '[1]': 1, '1': 2 } } },
        nothing,
      ],
      ['of an object', plans({ Pro: 1 }), nothing],
      ['in an empty table', { '@lookup': { value: 'a', table: {} } }, nothing],
      [
        'a row for a text that begins with @',
        { '@lookup': { value: '@ada', table: { '@ada': 1, '@bob': 2 } } },
        gives(1),
      ],
      [
        'a row for the text of a directive',
        { '@lookup': { value: '@path', table: { '@path': 'x' } } },
        gives('x'),
      ],
      ['a row of null', { '@lookup': { value: 'a', table: { a: null }, default: 1 } }, gives(null)],
      ['a row of 0', { '@lookup': { value: 'a', table: { a: 0 }, default: 1 } }, gives(0)],
      ['a row of false', { '@lookup': { value: 'a', table: { a: false }, default: 1 } }, gives(false)],
      [
        'a row that is an object',
        { '@lookup': { value: 'a', table: { a: { b: at('userId') } } } },
        gives({ b: 'ada' }),
      ],
    ] satisfies readonly Row[],
  },
]
