import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { problemsOf } from './config-file.fixtures.ts'

const bomb = (levels: number) =>
  ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]']
    .concat(
      Array.from(
        { length: levels },
        (_, n) => `a${n + 1}: &a${n + 1} [${Array(10).fill(`*a${n}`).join(', ')}]`,
      ),
    )
    .join('\n')
const chain = (levels: number) =>
  [`a0: &a0 ${'['.repeat(40)}${']'.repeat(40)}`]
    .concat(
      Array.from(
        { length: levels },
        (_, n) => `a${n + 1}: &a${n + 1} ${'['.repeat(40)}*a${n} ${']'.repeat(40)}`,
      ),
    )
    .join('\n')

const ROWS: readonly (readonly [title: string, given: string, problems: readonly string[]])[] = [
  ['an empty file', '', ['1:1 the file is empty; write "sources: []" to configure nothing']],
  [
    'a file of comments only',
    '# nothing\n',
    ['1:1 the file is empty; write "sources: []" to configure nothing'],
  ],
  ['a file that is a text', 'sources', ['1:1 must be a set of "key: value" lines']],
  [
    'a key that is not known',
    'source: []\n<<: {}\n',
    [
      '1:1 source: "source" is not a key here; did you mean "sources"? (there are sources, destinations, plans, alerts)',
      '2:1 ["<<"]: "<<" is not a key here (there are sources, destinations, plans, alerts)',
    ],
  ],
  ['a tab', 'sources:\n\t- id: a\n', ['2:1 Tabs are not allowed as indentation']],
  [
    'a text that needs quotes because of a colon',
    'sources:\n  - name: Shop: new\n',
    ['2:11 a ": " in the middle of a text: write the whole text in quotes'],
  ],
  [
    'a text that needs quotes because of how it starts',
    'sources:\n  - name: @shop\n',
    ['2:11 a text cannot start with this character: write it in quotes'],
  ],
  [
    'a text that is taken for a tag',
    'destinations:\n  - id: !(type = "track")\n',
    [
      '2:5 destinations[0].kind: is missing',
      '2:5 destinations[0].name: is missing',
      '2:9 what starts with "!" is a tag, and this one is not known here: write a text that starts with "!" in quotes',
      '2:16 destinations[0].id: must be 1 to 64 characters of "a" to "z", "0" to "9" and "-"',
    ],
  ],
  [
    'a template that was not filled in',
    'sources: {{ sources }}\n',
    ['1:11 a key must be a text; a text that starts with "{" or "[" must stand in quotes'],
  ],
  [
    'a key that is there twice, and another problem',
    'sources: []\nsources: []\nx: 1\n',
    [
      '2:1 sources: this key is here twice',
      '3:1 x: "x" is not a key here (there are sources, destinations, plans, alerts)',
    ],
  ],
  [
    'two documents',
    'sources: []\n---\nsources: []\n',
    ['2:1 a second document starts here ("---"); the file may hold only one'],
  ],
  ['an alias of nothing', 'sources: *all\n', ['1:10 nothing above is marked with "&all"']],
  [
    'an alias inside of itself',
    'sources: &all [*all]\n',
    ['1:16 "*all" stands inside of what it stands for'],
  ],
  ['an alias bomb', bomb(9), ['1:1 the aliases of the file stand for more than 100 values']],
  [
    'more aliases than a person writes',
    `a: &a 1\nb: [${'*a, '.repeat(101)}]`,
    ['2:405 there are more than 100 aliases'],
  ],
  ['depth by aliases', chain(5), ['1:1 the file is nested more than 100 levels deep']],
  ['depth', `sources: ${'['.repeat(101)}${']'.repeat(101)}`, ['1:110 is nested more than 100 levels deep']],
  [
    'a file that is too large',
    '#'.repeat(1_000_001),
    ['1:1 the file is too large: it has 1000001 bytes, the limit is 1000000'],
  ],
]

describe('YAML that is no configuration', () => {
  for (const [title, given, problems] of ROWS) {
    test(title, () => assert.deepEqual(problemsOf(given), problems))
  }

  test('depth beyond what the parser can bear is one problem', () => {
    const problems = problemsOf(`sources: ${'['.repeat(100_000)}`)
    assert.equal(problems.length, 1)
    assert.match(problems[0] ?? '', /^1:\d+ the file is nested too deeply$/)
  })

  test('a hundred thousand keys are refused, and soon', () => {
    const keys = Array.from({ length: 100_000 }, (_, n) => `k${n}:`).join('\n')
    assert.deepEqual(problemsOf(keys), ['1:1 there are more than 10000 keys in one place'])
  })

  test('a file of exactly the limit is read', () => {
    assert.deepEqual(problemsOf(`sources: []\n${'#'.repeat(1_000_000 - 12)}`), [])
  })
})
