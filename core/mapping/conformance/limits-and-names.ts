// biome-ignore-all lint/suspicious/noThenProperty: "then" is a word of the language
import type { JsonObject } from '../../event.ts'
import { at, gives, json, nested, nothing, problem, prop, type Topic, withProperties } from './row.ts'

const LONG = withProperties({ long: 'x'.repeat(600_000) })

/** A list of texts of 600,000 characters, and what makes another of it. */
const withTexts = (count: number) =>
  withProperties({ list: Array.from({ length: count }, () => ({ text: 'x'.repeat(600_000) })) })
const texts = { '@arrayPath': ['$.properties.list', at('$.text')] }

/** What keeps a mapping within bounds, and names that have caused trouble elsewhere. */
export const limitsAndNames: readonly Topic[] = [
  {
    topic: 'limits',
    rows: [
      [
        'forty deep is not too deep',
        nested(40, (inside) => ({ a: inside }), 1),
        gives(nested(40, (inside) => ({ a: inside }), 1)),
      ],
      ['sixty directives deep', nested(60, (inside) => ({ '@trim': inside }), 'x'), problem('50', /deep/)],
      ['sixty objects deep', nested(60, (inside) => ({ a: inside }), 1), problem('50', /deep/)],
      ['sixty lists deep', nested(60, (inside) => [inside], 1), problem('50', /deep/)],
      ['two thousand deep', nested(2_000, (inside) => ({ '@first': [inside] }), 1), problem('50', /deep/)],
      [
        '@concat of 1,000,000 characters',
        { '@lookup': { value: { '@concat': pieces(5) }, table: {}, default: 'made' } },
        gives('made'),
      ],
      [
        '@arrayPath of less than 5,000,000 characters and items',
        { '@lookup': { value: texts, table: {}, default: 'made' } },
        gives('made'),
        withTexts(8),
      ],
      ['@arrayPath of more', texts, problem('@arrayPath', /5,000,000/), withTexts(9)],
      [
        'apply of @transform of more',
        { '@transform': { apply: { list: prop('list') }, mapping: 1 } },
        problem('@transform', /5,000,000/),
        withTexts(9),
      ],
      ['@concat of more', { '@concat': [...pieces(5), 'x'] }, problem('@concat', /1,?000,?000|long/)],
      [
        '@concat of more, by its separator',
        { '@concat': { values: pieces(5), separator: '-' } },
        problem('@concat', /1,?000,?000|long/),
      ],
      [
        '@template of more',
        { '@template': '{{properties.long}}{{properties.long}}' },
        problem('@template', /1,?000,?000|long/),
        LONG,
      ],
      [
        '@replace of more',
        { '@replace': { value: prop('long'), pattern: 'x', replacement: 'yy' } },
        problem('@replace', /1,?000,?000|long/),
        LONG,
      ],
      [
        '@upper of more',
        { '@upper': prop('long') },
        problem('@upper', /1,?000,?000|long/),
        withProperties({ long: 'ß'.repeat(600_000) }),
      ],
      [
        '@case of more',
        { '@case': { operator: 'upper', value: prop('long') } },
        problem('@case', /1,?000,?000|long/),
        withProperties({ long: 'ß'.repeat(600_000) }),
      ],
      [
        '@json of more',
        { '@json': { mode: 'encode', value: [prop('long'), prop('long')] } },
        problem('@json', /1,?000,?000|long/),
        LONG,
      ],
      [
        '@string of more',
        { '@string': [prop('long'), prop('long')] },
        problem('@string', /1,?000,?000|long/),
        LONG,
      ],
      [
        '@flatten: a key of 1,000 characters',
        { '@flatten': { value: { ['x'.repeat(500)]: { ['y'.repeat(499)]: 1 } } } },
        gives({ [`${'x'.repeat(500)}.${'y'.repeat(499)}`]: 1 }),
      ],
      [
        '@flatten: a longer key',
        { '@flatten': { value: { ['x'.repeat(500)]: { ['y'.repeat(500)]: 1 } } } },
        problem('@flatten', /1,?000|long/),
      ],
      ['@lookup: 1,000 rows', { '@lookup': { value: '999', table: rowsOf(1_000) } }, gives(999)],
      [
        '@lookup: more rows',
        { '@lookup': { value: '999', table: rowsOf(1_001) } },
        problem('@lookup', /1,?000/),
      ],
      [
        '@replace: a pattern of 1,000 characters',
        { '@replace': { value: 'x'.repeat(1_000), pattern: 'x'.repeat(1_000), replacement: 'y' } },
        gives('y'),
      ],
      [
        '@replace: a longer pattern',
        { '@replace': { value: 'x', pattern: 'x'.repeat(1_001) } },
        problem('@replace', /1,?000/),
      ],
      [
        '@replace: an empty pattern',
        { '@replace': { value: 'x', pattern: '' } },
        problem('@replace', /pattern|character|empty/),
      ],
      [
        '@json: a text that nests 900 deep is decoded',
        { '@json': { mode: 'encode', value: { '@json': { mode: 'decode', value: deepText(900) } } } },
        gives(deepText(900)),
      ],
      [
        '@json: a text that nests 1,100 deep stays a text',
        { '@json': { mode: 'decode', value: deepText(1_100) } },
        gives(deepText(1_100)),
      ],
    ],
  },
  {
    topic: 'names that objects inherit are names like any other',
    rows: [
      ['a key __proto__', json('{"__proto__": {"@path": "$.userId"}}'), gives(json('{"__proto__": "ada"}'))],
      [
        'a key __proto__ with an object',
        json('{"__proto__": {"plan": 1}}'),
        gives(json('{"__proto__": {"plan": 1}}')),
      ],
      [
        'a key constructor',
        { constructor: { prototype: at('userId') } },
        gives({ constructor: { prototype: 'ada' } }),
      ],
      [
        '@path to what is inherited',
        [at('constructor'), at('__proto__'), at('properties.toString.name'), at('properties.tags.map')],
        gives([]),
      ],
      [
        '@path to the event’s own __proto__',
        at('__proto__.a'),
        gives(1),
        json('{"type":"track","__proto__":{"a":1}}') as JsonObject,
      ],
      [
        '@template of what is inherited',
        { '@template': '<{{constructor}}{{__proto__}}{{toString.name}}>' },
        gives('<>'),
      ],
      [
        '@liquid of what is inherited',
        { '@liquid': '<{{ constructor }}{{ __proto__ }}{{ properties.toString }}>' },
        gives('<>'),
      ],
      [
        '@if about what is inherited',
        { '@if': { exists: at('hasOwnProperty'), then: 1, else: 2 } },
        gives(2),
      ],
      ['@lookup of what is inherited', { '@lookup': { value: 'constructor', table: { a: 1 } } }, nothing],
      ['@lookup of __proto__', { '@lookup': { value: '__proto__', table: { a: 1 }, default: 2 } }, gives(2)],
      [
        '@lookup of __proto__ in the table',
        { '@lookup': { value: '__proto__', table: json('{"__proto__": 1}') } },
        gives(1),
      ],
      [
        '@merge of an own __proto__',
        { '@merge': { objects: [json('{"__proto__": {"a": 1}}'), { b: 2 }] } },
        gives(json('{"__proto__": {"a": 1}, "b": 2}')),
      ],
      [
        '@flatten of an own __proto__',
        { '@flatten': { value: json('{"__proto__": {"a": 1}}') } },
        gives({ '__proto__.a': 1 }),
      ],
      [
        '@flatten to the key __proto__',
        { '@flatten': { value: json('{"a": {"__proto__": 1}}'), separator: '' } },
        gives({ a__proto__: 1 }),
      ],
      [
        '@flatten to __proto__ in two halves',
        { '@flatten': { value: { __pro: { to__: { a: 1 } } }, separator: '' } },
        gives({ __proto__a: 1 }),
      ],
      [
        '@flatten to __proto__ itself',
        { '@flatten': { value: { __pro: { to__: 1 } }, separator: '' } },
        gives(json('{"__proto__": 1}')),
      ],
      [
        '@json gives an own __proto__',
        { '@json': { mode: 'decode', value: '{"__proto__":{"a":1}}' } },
        gives(json('{"__proto__": {"a": 1}}')),
      ],
      [
        '@pick of what is inherited',
        { '@pick': { value: prop('item'), keys: ['constructor', '__proto__', 'toString'] } },
        gives({}),
      ],
      [
        '@pick of an own __proto__',
        { '@pick': { value: json('{"__proto__": 1, "a": 2}'), keys: ['__proto__'] } },
        gives(json('{"__proto__": 1}')),
      ],
      [
        '@omit of what is inherited',
        { '@omit': { value: { a: 1 }, keys: ['constructor', '__proto__'] } },
        gives({ a: 1 }),
      ],
      [
        '@omit beside an own __proto__',
        { '@omit': { value: json('{"__proto__": {"x": 1}, "a": 2}'), keys: ['a'] } },
        gives(json('{"__proto__": {"x": 1}}')),
      ],
      [
        '@excludeWhenNull of an own __proto__',
        { '@excludeWhenNull': json('{"__proto__": {"a": null, "b": 1}}') },
        gives(json('{"__proto__": {"b": 1}}')),
      ],
      [
        '@transform into an own __proto__',
        { '@transform': { apply: json('{"__proto__": {"a": 1}}'), mapping: [at('a'), at('__proto__.a')] } },
        gives([1]),
      ],
      [
        '@arrayPath with a shape’s own __proto__',
        { '@arrayPath': [prop('item'), json('{"__proto__": {"@path": "sku"}}')] },
        gives([json('{"__proto__": "C"}')]),
      ],
      ['a directive @__proto__', json('{"@__proto__": 1}'), problem('@__proto__', /directive/)],
      ['a directive @constructor', { '@constructor': 1 }, problem('@constructor', /directive/)],
      ['a directive @toString', { '@toString': 1 }, problem('@toString', /directive/)],
      [
        'arguments by inheritance',
        { '@case': json('{"__proto__": {"operator": "lower", "value": "X"}}') },
        problem('@case', /operator|value|argument/),
      ],
      [
        'an operator by inheritance',
        { '@case': { operator: 'constructor', value: 'X' } },
        problem('@case', /lower/),
      ],
      ['a mode by inheritance', { '@json': { mode: 'toString', value: 'X' } }, problem('@json', /encode/)],
    ],
  },
]

/** So many texts of 200,000 characters. */
function pieces(count: number): string[] {
  return Array.from({ length: count }, () => 'x'.repeat(200_000))
}

function rowsOf(count: number): { readonly [key: string]: number } {
  return Object.fromEntries(Array.from({ length: count }, (_, row) => [String(row), row]))
}

function deepText(depth: number): string {
  return '['.repeat(depth) + ']'.repeat(depth)
}
