// biome-ignore-all lint/suspicious/noThenProperty: "then" is a word of the language
import type { Json } from '../../event.ts'
import { at, json, nested } from './row.ts'

/** What checkMapping tells about a whole mapping: each problem's place, and what its reason must say. */
export type Check = readonly [
  title: string,
  mapping: Json,
  told: readonly (readonly [at: string, reason: RegExp])[],
]

export const CHECKS: readonly Check[] = [
  ['null instead of a mapping', null, [['', /object/]]],
  ['a list instead of a mapping', [{ '@path': '$.x' }], [['', /object/]]],
  ['a text instead of a mapping', 'x', [['', /object/]]],
  ['an unknown directive', { a: { '@nope': 1 } }, [['a', /@nope/]]],
  [
    'an unknown directive that is nearly one, with what was meant',
    { a: { '@pth': '$.x' } },
    [['a', /@pth.*@path/]],
  ],
  [
    'an unknown directive in capitals, with what was meant',
    { a: { '@Template': 'x' } },
    [['a', /@template/]],
  ],
  ['@ alone', { a: { '@': 1 } }, [['a', /directive/]]],
  ['a directive @constructor', { a: { '@constructor': 1 } }, [['a', /@constructor/]]],
  ['a directive @__proto__', json('{"a": {"@__proto__": 1}}'), [['a', /@__proto__/]]],
  ['two directives', { a: { '@path': '$.x', '@literal': 1 } }, [['a', /alone/]]],
  ['a key beside a directive', { a: { '@path': '$.x', b: 1 } }, [['a', /alone/]]],
  ['a key before a directive', { a: { b: 1, '@path': '$.x' } }, [['a', /alone/]]],
  [
    'a key beside a directive and its _metadata',
    { a: { '@path': '$.x', _metadata: {}, b: 1 } },
    [['a', /alone/]],
  ],
  ['a place in an object', { a: { b: { c: { '@nope': 1 } } } }, [['a.b.c', /@nope/]]],
  ['a place in a list', { a: [1, { '@nope': 1 }] }, [['a[1]', /@nope/]]],
  ['a place in a list in a list', { a: [[1, [{ '@nope': 1 }]]] }, [['a[0][1][0]', /@nope/]]],
  ['a place in a directive', { a: { '@lower': { '@nope': 1 } } }, [['a.@lower', /@nope/]]],
  ['a place in a list of a directive', { a: { '@first': [1, { '@nope': 1 }] } }, [['a.@first[1]', /@nope/]]],
  [
    'a place in an argument',
    { a: { '@if': { exists: 1, then: { '@nope': 1 } } } },
    [['a.@if.then', /@nope/]],
  ],
  [
    'a place in a row of a table',
    { a: { '@lookup': { value: 1, table: { x: { '@nope': 1 } } } } },
    [['a.@lookup.table.x', /@nope/]],
  ],
  [
    'a place in an argument of a directive in a directive',
    { event: { '@first': [{ '@path': '$.event' }, { '@lookup': { value: 1, table: 5 } }] } },
    [['event.@first[1].@lookup.table', /object|table/]],
  ],
  [
    'a place in a shape',
    { a: { '@arrayPath': ['$.x', { id: { '@nope': 1 } }] } },
    [['a.@arrayPath[1].id', /@nope/]],
  ],
  [
    'a place in a merge',
    { a: { '@merge': { objects: [{ b: { '@nope': 1 } }] } } },
    [['a.@merge.objects[0].b', /@nope/]],
  ],
  [
    'a place in the values of a @concat',
    { a: { '@concat': { values: [1, { '@nope': 1 }] } } },
    [['a.@concat.values[1]', /@nope/]],
  ],
  ['a place in a literal', { a: { '@literal': { b: { '@nope': 1 } } } }, [['a.@literal.b', /@nope/]]],
  [
    'a place in a transform',
    { a: { '@transform': { apply: {}, mapping: [{ '@nope': 1 }] } } },
    [['a.@transform.mapping[0]', /@nope/]],
  ],
  [
    'several problems at once, in the order of the mapping',
    { a: { '@nope': 1 }, b: { c: [{ '@path': 5 }, { '@first': 'x' }] }, d: 1, e: { '@path': '$.x', f: 1 } },
    [
      ['a', /@nope/],
      ['b.c[0].@path', /text/],
      ['b.c[1].@first', /list/],
      ['e', /alone/],
    ],
  ],
  [
    'several problems of one directive',
    { a: { '@if': { exists: { '@nope': 1 }, then: { '@path': 5 } } } },
    [
      ['a.@if.exists', /@nope/],
      ['a.@if.then.@path', /text/],
    ],
  ],

  ['@path: a number', { a: { '@path': 5 } }, [['a.@path', /text/]]],
  ['@path: null', { a: { '@path': null } }, [['a.@path', /text/]]],
  ['@path: a list', { a: { '@path': ['$.x'] } }, [['a.@path', /text/]]],
  ['@path: an object', { a: { '@path': { x: 1 } } }, [['a.@path', /text/]]],
  ['@template: a number', { a: { '@template': 5 } }, [['a.@template', /text/]]],
  ['@template: a list', { a: { '@template': ['x'] } }, [['a.@template', /text/]]],
  ['@if: not an object', { a: { '@if': 'x' } }, [['a.@if', /exists/]]],
  ['@if: no question', { a: { '@if': { then: 1 } } }, [['a.@if', /exists/]]],
  ['@case: no value', { a: { '@case': { operator: 'lower' } } }, [['a.@case', /value/]]],
  ['@case: no operator', { a: { '@case': { value: 'x' } } }, [['a.@case', /operator/]]],
  [
    '@case: another operator',
    { a: { '@case': { value: 'x', operator: 'title' } } },
    [['a.@case.operator', /lower/]],
  ],
  [
    '@case: an operator that is computed',
    { a: { '@case': { value: 'x', operator: at('x') } } },
    [['a.@case.operator', /lower/]],
  ],
  ['@replace: no pattern', { a: { '@replace': { value: 'x' } } }, [['a.@replace', /pattern/]]],
  ['@replace: no value', { a: { '@replace': { pattern: 'x' } } }, [['a.@replace', /value/]]],
  [
    '@replace: an empty pattern',
    { a: { '@replace': { value: 'x', pattern: '' } } },
    [['a.@replace.pattern', /1/]],
  ],
  [
    '@replace: a pattern that is too long',
    { a: { '@replace': { value: 'x', pattern: 'x'.repeat(1_001) } } },
    [['a.@replace.pattern', /1,?000/]],
  ],
  [
    '@replace: a pattern that is computed',
    { a: { '@replace': { value: 'x', pattern: at('x') } } },
    [['a.@replace.pattern', /text/]],
  ],
  [
    '@replace: a replacement that is no text',
    { a: { '@replace': { value: 'x', pattern: 'x', replacement: 5 } } },
    [['a.@replace.replacement', /text/]],
  ],
  [
    '@replace: a replacement2 that is no text',
    { a: { '@replace': { value: 'x', pattern: 'x', pattern2: 'y', replacement2: 5 } } },
    [['a.@replace.replacement2', /text/]],
  ],
  [
    '@replace: ignorecase that is not true or false',
    { a: { '@replace': { value: 'x', pattern: 'x', ignorecase: 'yes' } } },
    [['a.@replace.ignorecase', /true/]],
  ],
  [
    '@replace: global that is not true or false',
    { a: { '@replace': { value: 'x', pattern: 'x', global: 1 } } },
    [['a.@replace.global', /true/]],
  ],
  ['@arrayPath: not a list', { a: { '@arrayPath': '$.x' } }, [['a.@arrayPath', /list/]]],
  ['@arrayPath: an empty list', { a: { '@arrayPath': [] } }, [['a.@arrayPath', /path/]]],
  ['@arrayPath: a list of three', { a: { '@arrayPath': ['$.x', {}, 1] } }, [['a.@arrayPath', /path/]]],
  ['@flatten: no value', { a: { '@flatten': {} } }, [['a.@flatten', /value/]]],
  [
    '@flatten: a separator that is no text',
    { a: { '@flatten': { value: {}, separator: 1 } } },
    [['a.@flatten.separator', /text/]],
  ],
  [
    '@flatten: omitArrays that is not true or false',
    { a: { '@flatten': { value: {}, omitArrays: 'no' } } },
    [['a.@flatten.omitArrays', /true/]],
  ],
  ['@json: no mode', { a: { '@json': { value: 1 } } }, [['a.@json', /mode/]]],
  ['@json: another mode', { a: { '@json': { value: 1, mode: 'parse' } } }, [['a.@json.mode', /encode/]]],
  ['@json: no value', { a: { '@json': { mode: 'encode' } } }, [['a.@json', /value/]]],
  ['@merge: no objects', { a: { '@merge': {} } }, [['a.@merge', /objects/]]],
  [
    '@merge: objects that are no list',
    { a: { '@merge': { objects: at('x') } } },
    [['a.@merge.objects', /list/]],
  ],
  [
    '@merge: another direction',
    { a: { '@merge': { objects: [], direction: 'up' } } },
    [['a.@merge.direction', /left/]],
  ],
  ['@transform: no apply', { a: { '@transform': { mapping: 1 } } }, [['a.@transform', /apply/]]],
  ['@transform: no mapping', { a: { '@transform': { apply: {} } } }, [['a.@transform', /mapping/]]],
  ['@liquid: a number', { a: { '@liquid': 5 } }, [['a.@liquid', /text/]]],
  ['@liquid: a text that is too long', { a: { '@liquid': 'x'.repeat(10_001) } }, [['a.@liquid', /10,?000/]]],
  ['@first: not a list', { a: { '@first': 'x' } }, [['a.@first', /list/]]],
  ['@first: a directive instead of a list', { a: { '@first': at('x') } }, [['a.@first', /list/]]],
  ['@lookup: not an object', { a: { '@lookup': 'x' } }, [['a.@lookup', /value.*table/]]],
  ['@lookup: a list', { a: { '@lookup': [] } }, [['a.@lookup', /value.*table/]]],
  ['@lookup: no table', { a: { '@lookup': { value: 1 } } }, [['a.@lookup', /table/]]],
  ['@lookup: no value', { a: { '@lookup': { table: {} } } }, [['a.@lookup', /value/]]],
  [
    '@lookup: a table that is a list',
    { a: { '@lookup': { value: 1, table: ['x'] } } },
    [['a.@lookup.table', /object|table/]],
  ],
  ['@concat: a text', { a: { '@concat': 'x' } }, [['a.@concat', /list|values/]]],
  ['@concat: no values', { a: { '@concat': { separator: '-' } } }, [['a.@concat', /values/]]],
  ['@concat: values that are no list', { a: { '@concat': { values: 'x' } } }, [['a.@concat.values', /list/]]],
  [
    '@concat: a separator that is no text',
    { a: { '@concat': { values: [], separator: 1 } } },
    [['a.@concat.separator', /text/]],
  ],
  ['@omit: no keys', { a: { '@omit': { value: {} } } }, [['a.@omit', /keys/]]],
  ['@pick: no value', { a: { '@pick': { keys: [] } } }, [['a.@pick', /value/]]],
  ['@pick: keys that are a text', { a: { '@pick': { value: {}, keys: 'x' } } }, [['a.@pick.keys', /list/]]],
  [
    '@pick: a key that is no text',
    { a: { '@pick': { value: {}, keys: ['x', 1] } } },
    [['a.@pick.keys', /text/]],
  ],

  ['a list as a shape', { a: { '@arrayPath': ['$.x', [at('y')]] } }, [['a.@arrayPath[1]', /object/]]],
  [
    '@transform: an apply that can give no object',
    { a: { '@transform': { apply: 'x', mapping: 1 } } },
    [['a.@transform.apply', /object/]],
  ],
  [
    '@lookup: too many rows',
    {
      a: {
        '@lookup': {
          value: 1,
          table: Object.fromEntries(Array.from({ length: 1_001 }, (_, row) => [row, row])),
        },
      },
    },
    [['a.@lookup.table', /1,?000/]],
  ],
  [
    'an argument that is not known, with what was meant',
    { a: { '@lookup': { value: 1, table: {}, defualt: 1 } } },
    [['a.@lookup', /defualt.*default/]],
  ],
  ['a template in Liquid that cannot be read', { a: { '@liquid': '{% if x %}' } }, [['a.@liquid', /if/]]],
  ['Liquid that is not there', { a: { '@liquid': '{% include "x" %}' } }, [['a.@liquid', /include/]]],
  [
    'fifty deep and more',
    { a: nested(60, (inside) => ({ '@trim': inside }), 'x') },
    [[`a${'.@trim'.repeat(50)}`, /50/]],
  ],
  [
    'arguments by inheritance',
    json('{"a": {"@case": {"__proto__": {"operator": "lower", "value": "X"}}}}'),
    [
      ['a.@case', /operator/],
      ['a.@case', /value/],
    ],
  ],
]

/** What is not told of, as it is right or nobody's business. */
export const CLEAN: readonly (readonly [title: string, mappedTo: Json])[] = [
  ['_metadata beside a directive, whatever it is', { '@path': '$.x', _metadata: { '@nope': 1 } }],
  ['a directive that a text names', '@nope'],
  ['an empty table', { '@lookup': { value: 1, table: {} } }],
  ['an empty list of objects', { '@merge': { objects: [] } }],
  ['no keys at all', { '@pick': { value: {}, keys: [] } }],
  ['a path that may find nothing', at('proprties.x')],
  ['a path that is computed', { '@path': { '@first': [at('x'), '$.y'] } }],
  ['a template that is computed', { '@template': at('x') }],
  ['forty objects deep', nested(40, (inside) => ({ a: inside }), 1)],
  ['an empty second pattern', { '@replace': { value: 'x', pattern: 'x', pattern2: '' } }],
  [
    'null for what may be left out',
    {
      '@replace': {
        ...{ value: 'x', pattern: 'x', replacement: null, ignorecase: null, global: null },
        ...{ pattern2: null, replacement2: null },
      },
    },
  ],
  ['a separator of null', { '@flatten': { value: {}, separator: null, omitArrays: null } }],
  ['a direction of null', { '@merge': { objects: [], direction: null } }],
  ['a table of handles', { '@lookup': { value: 1, table: { '@ada': 1, '@bob': 2 } } }],
  ['null for a value', { '@if': { exists: null, then: null, else: null } }],
]
