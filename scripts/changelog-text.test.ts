import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { changeProblems, released, section } from './changelog-text.ts'

const CHANGELOG = `# Changelog

## Unreleased

### Added

- An item
  over two lines.

## 0.1.0 – 2026-01-01

### Added

- All of it.
`
const changes = [
  { name: 'a.md', text: '### Fixed\n\n- A fault.\n' },
  {
    name: 'b.md',
    text: '### Added\n\n- Another\n  of two lines.\n- A third.\n\n### Security\n\n- A hole.\n',
  },
]
const SECTION = `### Added

- An item
  over two lines.
- Another
  of two lines.
- A third.

### Fixed

- A fault.

### Security

- A hole.
`

test('the form of each change is right, and all of them make a section', () => {
  const names = readdirSync('changes').filter((name) => name !== 'README.md')
  const own = names.map((name) => ({ name, text: readFileSync(`changes/${name}`, 'utf8') }))
  assert.deepEqual(own.flatMap(changeProblems), [])
  assert.match(section(readFileSync('CHANGELOG.md', 'utf8'), own), /^### /)
})

test('the section has the changes by kind, after what was unreleased', () => {
  assert.equal(section(CHANGELOG, changes), SECTION)
})

test('a release stands above the one before it, and nothing is unreleased', () => {
  const [before = '', after = ''] = CHANGELOG.split(/## Unreleased[\s\S]*(?=## 0\.1\.0)/)
  const wanted = `${before}## Unreleased\n\n## 0.2.0 – 2026-11-29\n\n${SECTION}\n${after}`
  const made = released(CHANGELOG, changes, '0.2.0', '2026-11-29')
  assert.equal(made, wanted)
  assert.equal(section(made, []), '')
  assert.ok(
    released(made, changes, '0.3.0', '2026-12-01').includes(
      '## 0.3.0 – 2026-12-01\n\n### Added\n\n- Another',
    ),
  )
})

for (const [what, version, problem] of [
  ['a version that is there', '0.1.0', /there already/],
  ['a version that is none', 'next', /no version/],
] as const) {
  test(`no release of ${what}`, () => {
    assert.throws(() => released(CHANGELOG, changes, version, '2026-11-29'), problem)
  })
}

describe('a change', () => {
  type Row = readonly [what: string, name: string, text: string, problem: RegExp | undefined]
  const rows: readonly Row[] = [
    ['that is right', 'a-1.md', '### Added\n\n- One\n  and on.\n', undefined],
    ['of an unknown kind', 'a.md', '### News\n\n- One.\n', /a\.md:1: neither/],
    ['without a kind', 'a.md', '- One.\n', /begins with no/],
    ['without an item', 'a.md', '### Added\n', /has no item/],
    ['with words outside of items', 'a.md', '### Added\n\nOne.\n\n- Two.\n', /a\.md:3: neither/],
    ['with a line without end', 'a.md', `### Added\n\n- ${'a'.repeat(140)}\n`, /a\.md:3: longer than 140/],
    ['under a name with blanks', 'A change.md', '### Added\n\n- One.\n', /the name/],
    ['that is no Markdown', 'a.txt', '### Added\n\n- One.\n', /the name/],
  ]
  for (const [what, name, text, problem] of rows) {
    test(`${what}: ${problem ?? 'no problem'}`, () => {
      const told = changeProblems({ name, text }).join('\n')
      if (problem === undefined) assert.equal(told, '')
      else assert.match(told, problem)
    })
  }
})
