import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { relink } from './relink.ts'

const places = [
  { from: 'README.md', to: 'index' },
  { from: 'docs/errors.md', to: 'errors' },
  { from: 'docs/adr/0001-layout.md', to: 'decisions/0001-layout' },
  { from: 'destinations/heap/README.md', to: 'destinations/heap' },
]

describe('a link of', () => {
  type Row = readonly [what: string, from: string, text: string, gives: string, pictures?: readonly string[]]
  const rows: readonly Row[] = [
    ['a document beside it', 'docs/errors.md', '[1](adr/0001-layout.md)', '[1](/decisions/0001-layout)'],
    ['one further up', 'docs/adr/0001-layout.md', '[e](../errors.md#a_b)', '[e](/errors#a_b)'],
    [
      'a document elsewhere',
      'README.md',
      '[Heap](destinations/heap/README.md)',
      '[Heap](/destinations/heap)',
    ],
    ['words over two lines', 'README.md', '[two\nlines](docs/errors.md)', '[two\nlines](/errors)'],
    ['the same page', 'docs/errors.md', '[below](#below)', '[below](#below)'],
    ['the internet', 'README.md', '[Heap](https://heap.io/a)', '[Heap](https://heap.io/a)'],
    [
      'a source file by its path',
      'docs/errors.md',
      '[core/errors.ts](../core/errors.ts)',
      '`core/errors.ts`',
    ],
    ['a source file by a part', 'docs/errors.md', '[`errors.ts`](../core/errors.ts)', '`core/errors.ts`'],
    ['a source file by words', 'README.md', '[the table](core/errors.ts)', 'the table (`core/errors.ts`)'],
    ['a folder', 'README.md', '[examples](test/sim/)', 'examples (`test/sim`)'],
    [
      ...(['a picture', 'docs/adr/0001-layout.md', '![A](../a.png)', '![A](./../pictures/a.png)'] as const),
      ['docs/a.png'],
    ],
    [
      ...(['a picture that leads to itself', 'README.md', '[![A](docs/a.png)](docs/a.png)'] as const),
      ...(['![A](./pictures/a.png)', ['docs/a.png']] as const),
    ],
    ['code', 'README.md', 'is `[a](docs/errors.md)`', 'is `[a](docs/errors.md)`'],
    ['a block of code', 'README.md', '```\n[a](docs/errors.md)\n```', '```\n[a](docs/errors.md)\n```'],
  ]
  for (const [what, from, text, gives, pictures = []] of rows) {
    test(what, () => assert.deepEqual(relink(text, from, places), { text: gives, pictures }))
  }
})
