import type { Json, JsonObject } from '../../event.ts'
import { gives, missing, nothing, problem, prop, type Topic, withProperties } from './row.ts'

const replace = (value: Json, rest: JsonObject): Json => ({ '@replace': { value, ...rest } })
const change = (operator: string, value: Json): Json => ({ '@case': { operator, value } })

/** What a field does with texts: @case, @lower, @upper, @trim, @replace, @concat. */
export const texts: readonly Topic[] = [
  {
    topic: '@case, @lower, @upper',
    rows: [
      ['lower', change('lower', prop('plan')), gives('pro')],
      ['upper', change('upper', prop('plan')), gives('PRO')],
      ['@lower', { '@lower': prop('plan') }, gives('pro')],
      ['@upper', { '@upper': prop('plan') }, gives('PRO')],
      ['letters beyond A to Z', { '@upper': 'größe' }, gives('GRÖSSE')],
      ['the same in every language', { '@lower': 'TITLE I' }, gives('title i')],
      ['the empty text', { '@upper': '' }, gives('')],
      ['unlike Segment: the empty text as a fixed value', change('upper', ''), gives('')],
      ['a number stays', change('upper', prop('seats')), gives(5)],
      ['true stays', { '@upper': prop('yes') }, gives(true)],
      ['null stays', { '@lower': prop('nothing') }, gives(null)],
      ['null stays with @case', change('lower', null), gives(null)],
      ['a list stays', { '@upper': prop('tags') }, gives(['a', 'b'])],
      ['an object stays', change('lower', { A: 'B' }), gives({ A: 'B' })],
      ['nothing gives nothing', { '@upper': missing }, nothing],
      ['nothing gives nothing with @case', change('upper', missing), nothing],
      ['another operator', change('title', 'x'), problem('@case', /lower/)],
      ['no operator', { '@case': { value: 'x' } }, problem('@case', /operator|lower/)],
    ],
  },
  {
    topic: '@trim',
    rows: [
      ['white space around', { '@trim': ' \t\n x y \u00a0' }, gives('x y')],
      ['nothing but white space', { '@trim': prop('blank') }, gives('')],
      ['none', { '@trim': 'x' }, gives('x')],
      ['a number stays', { '@trim': prop('seats') }, gives(5)],
      ['null stays', { '@trim': null }, gives(null)],
      ['a list stays as it is', { '@trim': [' x '] }, gives([' x '])],
      ['nothing gives nothing', { '@trim': missing }, nothing],
    ],
  },
  {
    topic: '@replace',
    rows: [
      ['each place', replace('a-b-c', { pattern: '-', replacement: '_' }), gives('a_b_c')],
      ['with nothing when no replacement is given', replace('a-b-c', { pattern: '-' }), gives('abc')],
      ['nothing to replace', replace('abc', { pattern: '-', replacement: '_' }), gives('abc')],
      [
        'unlike Segment: the empty text as a fixed value',
        replace('', { pattern: '-', replacement: '_' }),
        gives(''),
      ],
      ['global: true', replace('a-b-c', { pattern: '-', replacement: '_', global: true }), gives('a_b_c')],
      [
        'global: false replaces the first alone',
        replace('a-b-c', { pattern: '-', replacement: '_', global: false }),
        gives('a_b-c'),
      ],
      ['upper and lower case are apart', replace('aA', { pattern: 'a', replacement: 'x' }), gives('xA')],
      [
        'ignorecase: false',
        replace('aA', { pattern: 'a', replacement: 'x', ignorecase: false }),
        gives('xA'),
      ],
      [
        'ignorecase: true',
        replace('aAbB', { pattern: 'A', replacement: 'x', ignorecase: true }),
        gives('xxbB'),
      ],
      [
        'ignorecase and global: false',
        replace('bAa', { pattern: 'a', replacement: 'x', ignorecase: true, global: false }),
        gives('bxa'),
      ],
      [
        'ignorecase beyond A to Z',
        replace('ÄÖ', { pattern: 'ö', replacement: 'x', ignorecase: true }),
        gives('Äx'),
      ],
      [
        'ignorecase as a regular expression: ß is not SS',
        replace('SS', { pattern: 'ß', replacement: 'x', ignorecase: true }),
        gives('SS'),
      ],
      [
        'ignorecase as a regular expression without the flag u: K is not the Kelvin sign',
        replace('\u212a', { pattern: 'k', replacement: 'x', ignorecase: true }),
        gives('\u212a'),
      ],
      [
        'ignorecase keeps places right where cases differ in length',
        replace('İİa', { pattern: 'A', replacement: 'x', ignorecase: true }),
        gives('İİx'),
      ],
      ['places do not overlap', replace('aaa', { pattern: 'aa', replacement: 'b' }), gives('ba')],
      [
        'what was put in is not searched again',
        replace('aa', { pattern: 'a', replacement: 'aa' }),
        gives('aaaa'),
      ],
      [
        'the pattern is no regular expression',
        replace('a.b(c)', { pattern: '.', replacement: '!' }),
        gives('a!b(c)'),
      ],
      [
        'the pattern is no regular expression with ignorecase',
        replace('x[a-z]+', { pattern: '[A-Z]+', replacement: '!', ignorecase: true }),
        gives('x!'),
      ],
      [
        'unlike Segment: a pattern over 10 characters',
        replace('Order Completed Twice', { pattern: 'Order Completed', replacement: 'Order' }),
        gives('Order Twice'),
      ],
      [
        'unlike Segment: $& in a replacement is nothing special',
        replace('a', { pattern: 'a', replacement: '$&$1$$' }),
        gives('$&$1$$'),
      ],
      [
        "unlike Segment: $' in a replacement, with ignorecase",
        replace('Ab', { pattern: 'a', replacement: "$'$`", ignorecase: true }),
        gives("$'$`b"),
      ],
      [
        'unlike Segment: $& with global: false',
        replace('a', { pattern: 'a', replacement: '$&', global: false }),
        gives('$&'),
      ],
      [
        'pattern2 after pattern',
        replace('(x)', { pattern: '(', replacement: '[', pattern2: ')', replacement2: ']' }),
        gives('[x]'),
      ],
      ['pattern2 without a replacement2', replace('(x)', { pattern: '(', pattern2: ')' }), gives('x')],
      [
        'pattern2 sees what pattern made',
        replace('a', { pattern: 'a', replacement: 'b', pattern2: 'b', replacement2: 'c' }),
        gives('c'),
      ],
      [
        'pattern2 with ignorecase',
        replace('aXx', { pattern: 'a', pattern2: 'x', replacement2: 'y', ignorecase: true }),
        gives('yy'),
      ],
      [
        'pattern2 with global: false',
        replace('aaxx', { pattern: 'a', pattern2: 'x', global: false }),
        gives('ax'),
      ],
      [
        'unlike Segment: $& in replacement2',
        replace('ab', { pattern: 'a', pattern2: 'b', replacement2: '$&' }),
        gives('$&'),
      ],
      ['a number as its text', replace(prop('price'), { pattern: '.', replacement: ',' }), gives('12,5')],
      ['0 as its text', replace(prop('zero'), { pattern: '0', replacement: 'o' }), gives('o')],
      ['true as its text', replace(prop('yes'), { pattern: 'true', replacement: 'yes' }), gives('yes')],
      ['false as its text', replace(prop('no'), { pattern: 'x' }), gives('false')],
      ['nothing gives nothing', replace(missing, { pattern: 'x' }), nothing],
      ['unlike Segment: null gives nothing', replace(prop('nothing'), { pattern: 'x' }), nothing],
      [
        'unlike Segment: a list is a problem',
        replace(prop('tags'), { pattern: 'x' }),
        problem('@replace', /list|text/),
      ],
      [
        'unlike Segment: an object is a problem',
        replace(prop('item'), { pattern: 'x' }),
        problem('@replace', /object|text/),
      ],
      [
        'half of a pair of code units',
        replace('😀', { pattern: '\ud83d', replacement: '' }),
        gives('\ude00'),
      ],
      ['no pattern', replace('x', {}), problem('@replace', /pattern/)],
      ['a pattern that is a number', replace('1', { pattern: 1 }), problem('@replace', /text|pattern/)],
    ],
  },
  {
    topic: '@concat',
    rows: [
      ['texts', { '@concat': [prop('plan'), '-', 'x'] }, gives('Pro-x')],
      [
        'a number, true and false',
        { '@concat': [prop('price'), prop('yes'), prop('no'), 0] },
        gives('12.5truefalse0'),
      ],
      [
        'an object and a list as JSON',
        { '@concat': [prop('item'), prop('mixed')] },
        gives('{"sku":"C"}[1,null,"x"]'),
      ],
      ['skips nothing and null', { '@concat': ['a', missing, prop('nothing'), null, 'b'] }, gives('ab')],
      ['keeps the empty text', { '@concat': [prop('empty')] }, gives('')],
      ['with a separator', { '@concat': { values: ['a', 'b', 'c'], separator: ', ' } }, gives('a, b, c')],
      ['with no separator', { '@concat': { values: ['a', 'b'] } }, gives('ab')],
      ['with an empty separator', { '@concat': { values: ['a', 'b'], separator: '' } }, gives('ab')],
      [
        'no separator around what is skipped',
        { '@concat': { values: [missing, 'a', null, 'b', missing], separator: '-' } },
        gives('a-b'),
      ],
      [
        'a separator around the empty text',
        { '@concat': { values: ['a', '', 'b'], separator: '-' } },
        gives('a--b'),
      ],
      ['all skipped', { '@concat': [missing, null] }, nothing],
      ['all skipped, with a separator', { '@concat': { values: [missing, null], separator: '-' } }, nothing],
      ['of one', { '@concat': [prop('seats')] }, gives('5')],
      [
        'a large number, as JSON writes it',
        { '@concat': [prop('n')] },
        gives('1e+21'),
        withProperties({ n: 1e21 }),
      ],
      ['a problem inside', { '@concat': ['a', { '@number': 'x' }] }, problem('@number', /number/)],
      ['a text instead of a list', { '@concat': 'ab' }, problem('@concat', /list|values/)],
      ['a directive instead of a list', { '@concat': prop('tags') }, problem('@concat', /list|values/)],
    ],
  },
]
