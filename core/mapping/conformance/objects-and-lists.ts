// biome-ignore-all lint/suspicious/noThenProperty: "then" is a word of the language
import type { Json, JsonObject } from '../../event.ts'
import { at, gives, missing, nothing, problem, prop, type Topic } from './row.ts'

const flatten = (value: Json, rest: JsonObject = {}): Json => ({ '@flatten': { value, ...rest } })
const merge = (objects: readonly Json[], rest: JsonObject = {}): Json => ({ '@merge': { objects, ...rest } })
const omit = (value: Json, ...keys: string[]): Json => ({ '@omit': { value, keys } })
const pick = (value: Json, ...keys: string[]): Json => ({ '@pick': { value, keys } })
const decode = (value: Json): Json => ({ '@json': { mode: 'decode', value } })
const encode = (value: Json): Json => ({ '@json': { mode: 'encode', value } })

/** How a field reshapes objects and lists. */
export const objectsAndLists: readonly Topic[] = [
  {
    topic: '@arrayPath',
    rows: [
      [
        'each item in the shape',
        { '@arrayPath': ['$.properties.items', { id: at('sku') }] },
        gives([{ id: 'A' }, { id: 'B' }]),
      ],
      [
        'with a value instead of a path',
        { '@arrayPath': [prop('items'), { id: at('$.sku') }] },
        gives([{ id: 'A' }, { id: 'B' }]),
      ],
      [
        'a path without $.',
        { '@arrayPath': ['properties.items', { id: at('sku') }] },
        gives([{ id: 'A' }, { id: 'B' }]),
      ],
      ['a path with an index', { '@arrayPath': ['properties.items[0].tags', at('$')] }, gives(['x', 'y'])],
      [
        'what an item has not is left out',
        { '@arrayPath': [prop('items'), { price: at('price') }] },
        gives([{ price: 3 }, {}]),
      ],
      [
        'a fixed value in the shape',
        { '@arrayPath': [prop('items'), { kind: 'product' }] },
        gives([{ kind: 'product' }, { kind: 'product' }]),
      ],
      ['a shape that is a directive', { '@arrayPath': [prop('items'), at('sku')] }, gives(['A', 'B'])],
      [
        'a shape that is a directive with arguments',
        { '@arrayPath': [prop('items'), { '@if': { exists: at('price'), then: at('price'), else: 0 } }] },
        gives([3, 0]),
      ],
      [
        'a shape is an object or a directive, no text',
        { '@arrayPath': [prop('tags'), 'x'] },
        problem('@arrayPath', /object/),
      ],
      [
        'a shape is an object or a directive, no list',
        { '@arrayPath': [prop('items'), [at('sku')]] },
        problem('@arrayPath', /object/),
      ],
      [
        'a template in the shape',
        { '@arrayPath': [prop('items'), { '@template': 'sku {{sku}}' }] },
        gives(['sku A', 'sku B']),
      ],
      [
        'Liquid in the shape',
        { '@arrayPath': [prop('items'), { '@liquid': 'sku {{ sku }}' }] },
        gives(['sku A', 'sku B']),
      ],
      [
        'items that the shape makes nothing of are left out',
        { '@arrayPath': [prop('items'), at('price')] },
        gives([3]),
      ],
      [
        'items that the shape makes null of stay',
        { '@arrayPath': [prop('mixed'), at('$')] },
        gives([1, null, 'x']),
      ],
      [
        'the event is out of sight in the shape',
        { '@arrayPath': [prop('items'), { user: at('userId') }] },
        gives([{}, {}]),
      ],
      [
        'items that are texts',
        { '@arrayPath': [prop('tags'), { tag: at('$') }] },
        gives([{ tag: 'a' }, { tag: 'b' }]),
      ],
      ['items that are lists', { '@arrayPath': [prop('matrix'), at('$[0]')] }, gives([1, 3])],
      [
        'a list in a list',
        { '@arrayPath': [prop('items'), { t: { '@arrayPath': ['$.tags', { '@upper': at('$') }] } }] },
        gives([{ t: ['X', 'Y'] }, {}]),
      ],
      [
        'a single object is a list of one',
        { '@arrayPath': [prop('item'), { id: at('sku') }] },
        gives([{ id: 'C' }]),
      ],
      ['an empty list', { '@arrayPath': [prop('nobody'), { id: at('sku') }] }, gives([])],
      ['without a shape', { '@arrayPath': ['$.properties.items[1]'] }, gives({ sku: 'B' })],
      ['without a shape, a list', { '@arrayPath': [prop('tags')] }, gives(['a', 'b'])],
      ['with an empty shape, a list', { '@arrayPath': [prop('tags'), {}] }, gives(['a', 'b'])],
      ['with an empty shape, a single object', { '@arrayPath': [prop('item'), {}] }, gives({ sku: 'C' })],
      ['of a text', { '@arrayPath': [prop('plan'), { id: at('sku') }] }, gives('Pro')],
      ['of a number', { '@arrayPath': [prop('zero'), { id: at('sku') }] }, gives(0)],
      ['of null', { '@arrayPath': [prop('nothing'), { id: at('sku') }] }, gives(null)],
      ['of nothing', { '@arrayPath': ['$.properties.nowhere', { id: at('sku') }] }, nothing],
      ['of nothing, without a shape', { '@arrayPath': [missing] }, nothing],
      ['of a fixed list', { '@arrayPath': [[{ a: 1 }, { a: 2 }], at('a')] }, gives([1, 2])],
      [
        'of a text that a directive gives: it is no path',
        { '@arrayPath': [prop('which'), { id: at('sku') }] },
        gives('$.properties.plan'),
      ],
      ['not a list', { '@arrayPath': '$.properties.items' }, problem('@arrayPath', /list/)],
      ['an empty list of arguments', { '@arrayPath': [] }, problem('@arrayPath', /path|list|value/)],
    ],
  },
  {
    topic: '@flatten',
    rows: [
      [
        'unlike Segment: joins keys by a dot when no separator is given',
        flatten({ a: { b: 1, c: { d: 2 } } }),
        gives({ 'a.b': 1, 'a.c.d': 2 }),
      ],
      ['joins keys by a separator', flatten({ a: { b: { c: 1 } } }, { separator: '_' }), gives({ a_b_c: 1 })],
      ['joins keys by an empty separator', flatten({ a: { b: 1 } }, { separator: '' }), gives({ ab: 1 })],
      [
        'joins keys by several characters',
        flatten({ a: { b: 1 } }, { separator: ' > ' }),
        gives({ 'a > b': 1 }),
      ],
      ['what is flat stays', flatten({ a: 1, b: 'x' }), gives({ a: 1, b: 'x' })],
      [
        'null, false, 0 and the empty text are kept',
        flatten({ a: { b: null, c: false, d: 0, e: '' } }),
        gives({ 'a.b': null, 'a.c': false, 'a.d': 0, 'a.e': '' }),
      ],
      [
        'lists become keys with the index',
        flatten({ a: [7, { b: 8 }, [9]] }),
        gives({ 'a.0': 7, 'a.1.b': 8, 'a.2.0': 9 }),
      ],
      [
        'lists stay whole with omitArrays',
        flatten({ a: [7, { b: { c: 8 } }], d: { e: [] } }, { omitArrays: true }),
        gives({ a: [7, { b: { c: 8 } }], 'd.e': [] }),
      ],
      ['omitArrays: false', flatten({ a: [7] }, { omitArrays: false }), gives({ 'a.0': 7 })],
      ['empty objects leave no key', flatten({ a: {}, b: { c: {} }, d: 1 }), gives({ d: 1 })],
      ['empty lists leave no key', flatten({ a: [], b: [[]], d: 1 }), gives({ d: 1 })],
      [
        'empty objects leave no key with omitArrays',
        flatten({ a: {}, d: 1 }, { omitArrays: true }),
        gives({ d: 1 }),
      ],
      ['an empty object', flatten({}), gives({})],
      ['an empty list', flatten([]), gives({})],
      ['a list', flatten([1, { a: 2 }]), gives({ '0': 1, '1.a': 2 })],
      ['keys with dots are joined as they are', flatten({ 'a.b': { c: 1 } }), gives({ 'a.b.c': 1 })],
      ['an empty key is joined too', flatten({ '': { a: 1 }, b: { '': 2 } }), gives({ '.a': 1, 'b.': 2 })],
      ['of two paths to one key the later stays', flatten({ a: { b: 1 }, 'a.b': 2 }), gives({ 'a.b': 2 })],
      [
        'of two paths to one key the later stays, whichever',
        flatten({ 'a.b': 2, a: { b: 1 } }),
        gives({ 'a.b': 1 }),
      ],
      ['nothing gives nothing', flatten(missing), nothing],
      ['null gives nothing', flatten(prop('nothing')), nothing],
      ['a text is a problem', flatten(prop('plan')), problem('@flatten', /object/)],
      ['0 is a problem', flatten(prop('zero')), problem('@flatten', /object/)],
      ['no value', { '@flatten': { separator: '.' } }, problem('@flatten', /value/)],
    ],
  },
  {
    topic: '@merge',
    rows: [
      [
        'unlike Segment: a later one wins when no direction is given',
        merge([
          { a: 1, b: 1 },
          { b: 2, c: 2 },
        ]),
        gives({ a: 1, b: 2, c: 2 }),
      ],
      [
        'a later one wins with right',
        merge([{ a: 1 }, { a: 2 }, { a: 3 }], { direction: 'right' }),
        gives({ a: 3 }),
      ],
      [
        'an earlier one wins with left',
        merge([{ a: 1 }, { a: 2 }, { a: 3 }], { direction: 'left' }),
        gives({ a: 1 }),
      ],
      [
        'left keeps what only later ones have',
        merge([{ a: 1 }, { b: 2 }], { direction: 'left' }),
        gives({ a: 1, b: 2 }),
      ],
      ['null wins too', merge([{ a: 1 }, { a: null }]), gives({ a: null })],
      ['a key that gets nothing wins nothing', merge([{ a: 1 }, { a: missing }]), gives({ a: 1 })],
      ['not deep', merge([{ a: { b: 1 } }, { a: { c: 2 } }]), gives({ a: { c: 2 } })],
      [
        'not deep with left',
        merge([{ a: { b: 1 } }, { a: { c: 2 } }], { direction: 'left' }),
        gives({ a: { b: 1 } }),
      ],
      ['skips nothing and null', merge([missing, null, { a: 1 }, prop('nothing')]), gives({ a: 1 })],
      ['of one', merge([prop('item')]), gives({ sku: 'C' })],
      ['of none', merge([]), gives({})],
      ['of nothing but nothing', merge([missing, null]), gives({})],
      ['unlike Segment: a list is a problem', merge([{ a: 1 }, prop('tags')]), problem('@merge', /object/)],
      ['a text is a problem', merge([prop('plan')]), problem('@merge', /object/)],
      ['0 is a problem', merge([prop('zero'), { a: 1 }]), problem('@merge', /object/)],
      ['another direction', merge([{ a: 1 }], { direction: 'up' }), problem('@merge', /left/)],
      ['no objects', { '@merge': { direction: 'left' } }, problem('@merge', /objects/)],
      ['no list of objects', { '@merge': { objects: { a: 1 } } }, problem('@merge', /list/)],
    ],
  },
  {
    topic: '@omit, @pick',
    rows: [
      ['without keys', omit({ a: 1, b: 2, c: 3 }, 'a', 'c'), gives({ b: 2 })],
      ['with keys alone', pick({ a: 1, b: 2, c: 3 }, 'a', 'c'), gives({ a: 1, c: 3 })],
      ['keys that are not there', [omit({ a: 1 }, 'x'), pick({ a: 1 }, 'x')], gives([{ a: 1 }, {}])],
      ['no keys', [omit({ a: 1 }), pick({ a: 1 })], gives([{ a: 1 }, {}])],
      [
        'a key twice',
        [omit({ a: 1, b: 2 }, 'a', 'a'), pick({ a: 1, b: 2 }, 'a', 'a')],
        gives([{ b: 2 }, { a: 1 }]),
      ],
      [
        'a key with a dot is no path',
        [omit({ a: { b: 1 } }, 'a.b'), pick({ a: { b: 1 } }, 'a.b')],
        gives([{ a: { b: 1 } }, {}]),
      ],
      [
        'a key with a dot as it is written',
        [omit({ 'a.b': 1, c: 2 }, 'a.b'), pick({ 'a.b': 1, c: 2 }, 'a.b')],
        gives([{ c: 2 }, { 'a.b': 1 }]),
      ],
      ['a key with $. is no path', pick({ a: 1, '$.a': 2 }, '$.a'), gives({ '$.a': 2 })],
      ['upper and lower case are apart', pick({ a: 1, A: 2 }, 'A'), gives({ A: 2 })],
      ['the empty key', [omit({ '': 1, a: 2 }, ''), pick({ '': 1, a: 2 }, '')], gives([{ a: 2 }, { '': 1 }])],
      ['null stays a value', pick({ a: null }, 'a'), gives({ a: null })],
      ['only at the top', omit({ a: 1, b: { a: 2 } }, 'a'), gives({ b: { a: 2 } })],
      ['nothing gives nothing', [omit(missing, 'a'), pick(missing, 'a')], gives([])],
      ['null gives nothing', [omit(null, 'a'), pick(prop('nothing'), 'a')], gives([])],
      ['@omit: a list is a problem', omit(prop('tags'), '0'), problem('@omit', /object/)],
      ['@pick: a list is a problem', pick(prop('tags'), '0'), problem('@pick', /object/)],
      ['@omit: a text is a problem', omit(prop('plan'), 'a'), problem('@omit', /object/)],
      ['@pick: 0 is a problem', pick(prop('zero'), 'a'), problem('@pick', /object/)],
      ['@omit: keys must be a list', { '@omit': { value: {}, keys: 'a' } }, problem('@omit', /keys|list/)],
      ['@pick: keys must be texts', { '@pick': { value: {}, keys: [1] } }, problem('@pick', /keys|text/)],
    ],
  },
  {
    topic: '@json',
    rows: [
      ['encodes an object', encode(prop('item')), gives('{"sku":"C"}')],
      ['encodes a list', encode(prop('mixed')), gives('[1,null,"x"]')],
      ['encodes a text, with quotes', encode('a"b'), gives('"a\\"b"')],
      ['encodes a number', encode(prop('price')), gives('12.5')],
      ['encodes null', encode(prop('nothing')), gives('null')],
      ['encodes false', encode(prop('no')), gives('false')],
      ['encodes what directives give', encode({ a: at('userId'), b: missing }), gives('{"a":"ada"}')],
      ['encoding nothing gives nothing', encode(missing), nothing],
      ['decodes an object', decode(prop('json')), gives({ a: [1, null] })],
      [
        'decodes a number, true and null',
        [decode(' 1.5e1 '), decode('true'), decode('null')],
        gives([15, true, null]),
      ],
      ['decodes a text', decode('"a"'), gives('a')],
      ['decodes once', decode('"{\\"a\\":1}"'), gives('{"a":1}')],
      ['what is not JSON stays the text', decode('{"a"'), gives('{"a"')],
      [
        'JavaScript is not JSON',
        [decode("{'a':1}"), decode('NaN'), decode('01'), decode('[1,]')],
        gives(["{'a':1}", 'NaN', '01', '[1,]']),
      ],
      [
        'a number beyond all numbers stays the text: no JSON has its value',
        [decode('1e999'), decode('[-1e999]')],
        gives(['1e999', '[-1e999]']),
      ],
      ['the empty text is not JSON', decode(prop('empty')), gives('')],
      ['decoding a number leaves it', decode(prop('seats')), gives(5)],
      ['decoding an object leaves it', decode(prop('item')), gives({ sku: 'C' })],
      ['decoding a list leaves its texts', decode(['1']), gives(['1'])],
      ['decoding null leaves it', decode(prop('nothing')), gives(null)],
      ['decoding nothing gives nothing', decode(missing), nothing],
      [
        'decodes what it encoded',
        decode(encode(prop('nested'))),
        gives({ a: { b: 1, c: [7, { d: 8 }] }, e: null }),
      ],
      ['another mode', { '@json': { mode: 'parse', value: '1' } }, problem('@json', /encode/)],
      ['no mode', { '@json': { value: '1' } }, problem('@json', /mode|encode/)],
    ],
  },
  {
    topic: '@transform',
    rows: [
      [
        'maps what apply made',
        { '@transform': { apply: { a: at('userId') }, mapping: { b: at('a') } } },
        gives({ b: 'ada' }),
      ],
      [
        'paths with $. start there too',
        { '@transform': { apply: { a: at('userId') }, mapping: at('$.a') } },
        gives('ada'),
      ],
      [
        'the event is out of sight',
        { '@transform': { apply: { a: 1 }, mapping: { b: at('userId') } } },
        gives({}),
      ],
      [
        'an object of the event',
        { '@transform': { apply: at('context.campaign'), mapping: [at('source'), at('name')] } },
        gives(['mail', 'spring']),
      ],
      [
        'one in another',
        {
          '@transform': {
            apply: { '@transform': { apply: { a: 1 }, mapping: { b: at('a') } } },
            mapping: { c: at('b') },
          },
        },
        gives({ c: 1 }),
      ],
      ['gives nothing when its mapping does', { '@transform': { apply: {}, mapping: at('a') } }, nothing],
      [
        'a template in its mapping',
        { '@transform': { apply: { a: 1 }, mapping: { '@template': '{{a}}{{userId}}' } } },
        gives('1'),
      ],
      [
        'Liquid in its mapping',
        { '@transform': { apply: { a: 1 }, mapping: { '@liquid': '{{ a }}{{ userId }}' } } },
        gives('1'),
      ],
      [
        'apply that gives nothing',
        { '@transform': { apply: missing, mapping: 1 } },
        problem('@transform', /object/),
      ],
      [
        'apply that gives null',
        { '@transform': { apply: null, mapping: 1 } },
        problem('@transform', /object/),
      ],
      [
        'apply that gives a text',
        { '@transform': { apply: at('userId'), mapping: 1 } },
        problem('@transform', /object/),
      ],
      [
        'apply that gives a list',
        { '@transform': { apply: prop('tags'), mapping: 1 } },
        problem('@transform', /object/),
      ],
      ['no mapping', { '@transform': { apply: {} } }, problem('@transform', /mapping/)],
      ['no apply', { '@transform': { mapping: {} } }, problem('@transform', /apply/)],
    ],
  },
  {
    topic: '@excludeWhenNull',
    rows: [
      ['null gives nothing', { '@excludeWhenNull': prop('nothing') }, nothing],
      ['nothing gives nothing', { '@excludeWhenNull': missing }, nothing],
      ['null in an object', { '@excludeWhenNull': { a: null, b: 1 } }, gives({ b: 1 })],
      ['null in a list', { '@excludeWhenNull': prop('mixed') }, gives([1, 'x'])],
      [
        'null at any depth',
        { '@excludeWhenNull': { a: [{ b: null, c: [null, [null]] }] } },
        gives({ a: [{ c: [[]] }] }),
      ],
      ['an object of nulls stays, empty', { '@excludeWhenNull': { a: { b: null } } }, gives({ a: {} })],
      ['0, false and the empty text stay', { '@excludeWhenNull': [0, false, ''] }, gives([0, false, ''])],
      ['a text', { '@excludeWhenNull': prop('plan') }, gives('Pro')],
      [
        'leaves the event as it is',
        [{ '@excludeWhenNull': prop('nested') }, prop('nested')],
        gives([{ a: { b: 1, c: [7, { d: 8 }] } }, { a: { b: 1, c: [7, { d: 8 }] }, e: null }]),
      ],
    ],
  },
]
