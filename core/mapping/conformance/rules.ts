// biome-ignore-all lint/suspicious/noThenProperty: "then" is a word of the language
import { at, gives, missing, nested, nothing, problem, prop, type Topic } from './row.ts'

/** What docs/mappings.md says under "Rules for all of them". */
export const rules: readonly Topic[] = [
  {
    topic: 'a fixed value',
    rows: [
      ['is a text', 'Purchase', gives('Purchase')],
      ['is a text that looks like a path', '$.event', gives('$.event')],
      ['is a text that looks like a template', '{{event}}', gives('{{event}}')],
      ['is a text that looks like a directive', '@path', gives('@path')],
      ['is the empty text', '', gives('')],
      ['is a number', 12.5, gives(12.5)],
      ['is 0', 0, gives(0)],
      ['is true', true, gives(true)],
      ['is false', false, gives(false)],
      ['is null', null, gives(null)],
      ['is an empty object', {}, gives({})],
      ['is an empty list', [], gives([])],
      ['is an object', { a: 1, b: { c: 'x' } }, gives({ a: 1, b: { c: 'x' } })],
      ['is a list', [1, 'x', null, [true]], gives([1, 'x', null, [true]])],
      ['is an object with $ in a key', { $: 1, '$.a': 2 }, gives({ $: 1, '$.a': 2 })],
      ['is an object with @ later in a key', { 'a@path': '$.event' }, gives({ 'a@path': '$.event' })],
      ['is an object with _metadata and no directive', { _metadata: 1 }, gives({ _metadata: 1 })],
    ],
  },
  {
    topic: 'nothing and null differ',
    rows: [
      ['a path that finds nothing gives nothing', missing, nothing],
      ['null in the event is a value', prop('nothing'), gives(null)],
      ['0 is a value', prop('zero'), gives(0)],
      ['false is a value', prop('no'), gives(false)],
      ['the empty text is a value', prop('empty'), gives('')],
      ['a key that gets nothing is left out', { a: missing, b: 1 }, gives({ b: 1 })],
      ['a key that gets null stays', { a: prop('nothing'), b: null }, gives({ a: null, b: null })],
      ['an object whose keys all get nothing stays, empty', { a: missing }, gives({})],
      ['unlike Segment: a list item that gets nothing is left out', [missing, 1, missing], gives([1])],
      ['a list item that gets null stays', [prop('nothing'), null], gives([null, null])],
      ['a list whose items all get nothing stays, empty', [missing], gives([])],
      ['also deep inside', { a: [{ b: missing, c: [missing] }] }, gives({ a: [{ c: [] }] })],
      ['a list keeps 0, false and the empty text', [prop('zero'), prop('no'), ''], gives([0, false, ''])],
    ],
  },
  {
    topic: 'a directive that cannot do its work gives a problem, never a wrong value',
    rows: [
      ['alone', { '@number': 'many' }, problem('@number', /number/)],
      ['in an object', { a: 1, b: { '@number': 'many' } }, problem('@number', /number/)],
      ['in a list', [1, { '@number': 'many' }], problem('@number', /number/)],
      ['in a directive', { '@string': { '@number': 'many' } }, problem('@number', /number/)],
      ['in a condition', { '@if': { exists: { '@number': 'many' }, then: 1 } }, problem('@number', /number/)],
      [
        'in the branch that is taken',
        { '@if': { exists: 1, then: { '@number': 'x' } } },
        problem('@number', /number/),
      ],
      [
        'not in the branch that is not taken',
        { '@if': { exists: 1, then: 2, else: { '@number': 'x' } } },
        gives(2),
      ],
      [
        'in a row of a table',
        { '@lookup': { value: 'a', table: { a: { '@number': 'x' } } } },
        problem('@number', /./),
      ],
      [
        'not in another row of the table',
        { '@lookup': { value: 'b', table: { a: { '@number': 'x' }, b: 1 } } },
        gives(1),
      ],
      [
        'not in a default that is not needed',
        { '@lookup': { value: 'a', table: { a: 1 }, default: { '@number': 'x' } } },
        gives(1),
      ],
      [
        'in an item of a list',
        { '@arrayPath': [prop('items'), { '@number': at('sku') }] },
        problem('@number', /number/),
      ],
      ['an unknown directive is one', { '@nope': 1 }, problem('@nope', /directive/)],
      [
        'an unknown directive with a known one inside',
        { '@nope': at('event') },
        problem('@nope', /directive/),
      ],
      ['the name of a directive in another case', { '@Path': '$.event' }, problem('@Path', /directive/)],
      ['@ alone', { '@': 1 }, problem('@', /directive/)],
    ],
  },
  {
    topic: 'a directive stands alone',
    rows: [
      [
        'with _metadata beside it, which is ignored',
        { '@path': '$.userId', _metadata: { label: 'x' } },
        gives('ada'),
      ],
      ['whatever _metadata is', { _metadata: { '@number': 'many' }, '@path': '$.userId' }, gives('ada')],
      ['also inside another', { '@upper': { '@path': '$.userId', _metadata: null } }, gives('ADA')],
      ['with another key it is a problem', { '@path': '$.userId', a: 1 }, problem('@path', /alone/)],
      ['in whatever order', { a: 1, '@path': '$.userId' }, problem('@path', /alone/)],
      [
        'with another directive it is a problem',
        { '@path': '$.userId', '@literal': 1 },
        problem('@path', /alone/),
      ],
      ['with both it is a problem', { '@path': '$.userId', '@literal': 1, a: 1 }, problem('@path', /alone/)],
      ['an empty key is another key', { '@path': '$.userId', '': 1 }, problem('@path', /alone/)],
    ],
  },
  {
    topic: 'what the event holds is data, and is never read as a mapping',
    rows: [
      ['a directive in the event', prop('data'), gives({ '@path': '$.event' })],
      ['a template in the event', prop('braces'), gives('{{userId}}')],
      [
        'a directive in the event, merged',
        { '@merge': { objects: [prop('data')] } },
        gives({ '@path': '$.event' }),
      ],
      [
        'a directive in a decoded text',
        { '@json': { mode: 'decode', value: '{"@nope":1}' } },
        gives({ '@nope': 1 }),
      ],
      [
        'a directive in an applied object',
        { '@transform': { apply: prop('data'), mapping: at('$') } },
        gives({ '@path': '$.event' }),
      ],
      [
        'a directive in an item',
        { '@arrayPath': [{ '@literal': [prop('data')] }, { x: at('$') }] },
        gives([{ x: { '@path': '$.event' } }]),
      ],
      [
        'a directive in a flattened object',
        { '@flatten': { value: prop('data') } },
        gives({ '@path': '$.event' }),
      ],
      ['a directive without its nulls', { '@excludeWhenNull': prop('data') }, gives({ '@path': '$.event' })],
    ],
  },
  {
    topic: 'a value may again be a directive',
    rows: [
      ['in a path', { '@path': { '@path': '$.properties.which' } }, gives('Pro')],
      ['in a template', { '@template': { '@path': '$.properties.braces' } }, gives('ada')],
      [
        'in a condition',
        { '@if': { exists: at('userId'), then: at('event'), else: at('type') } },
        gives('Order Completed'),
      ],
      [
        'in a case',
        { '@case': { operator: 'upper', value: { '@concat': [at('userId'), '!'] } } },
        gives('ADA!'),
      ],
      [
        'in a list of choices',
        { '@first': [{ '@first': [missing] }, { '@literal': at('userId') }] },
        gives('ada'),
      ],
      [
        'in a table',
        { '@lookup': { value: at('type'), table: { track: at('event') } } },
        gives('Order Completed'),
      ],
      [
        'in a default',
        { '@lookup': { value: 'x', table: {}, default: { '@upper': at('userId') } } },
        gives('ADA'),
      ],
      [
        'in a transform',
        { '@transform': { apply: { a: at('userId') }, mapping: { b: { '@upper': at('a') } } } },
        gives({ b: 'ADA' }),
      ],
      [
        'in a list that is merged',
        { '@merge': { objects: [{ a: at('userId') }, { b: { '@upper': 'x' } }] } },
        gives({ a: 'ada', b: 'X' }),
      ],
      ['twenty deep', nested(20, (inside) => ({ '@trim': inside }), at('userId')), gives('ada')],
      [
        'twenty lists deep',
        nested(20, (inside) => [inside], at('userId')),
        gives(nested(20, (inside) => [inside], 'ada')),
      ],
    ],
  },
]
