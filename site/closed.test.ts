import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { closed, deadLinks, openPlaces } from './closed.ts'

test('scripts that stand in a page become files, and styles go', () => {
  const html =
    '<script id="dark">if (1 < 2) go()</script><script src="/docs/a.js"></script><p style="color:red" class="x">a style="b"</p>'
  const { html: made, scripts } = closed(html, '/docs/', (id) => `assets/${id}.js`)
  assert.equal(
    made,
    '<script src="/docs/assets/dark.js"></script><script src="/docs/a.js"></script><p class="x">a style="b"</p>',
  )
  assert.deepEqual([...scripts], [['assets/dark.js', 'if (1 < 2) go()']])
  assert.deepEqual(openPlaces(made), [])
})

describe('a browser would not let through', () => {
  const rows: readonly [what: string, html: string, isOpen: boolean][] = [
    ['a script in the page', '<script>go()</script>', true],
    ['a module in the page', '<script type="module">go()</script>', true],
    ['a script of ours', '<script type="module" src="/docs/a.js"></script>', false],
    ['a script from elsewhere', '<script src="https://cdn.example/a.js"></script>', true],
    ['a picture from elsewhere', '<img alt="" src="//cdn.example/a.png">', true],
    ['a style sheet from elsewhere', '<link rel="stylesheet" href="https://cdn.example/a.css">', true],
    ['a style in the page', '<style>p { color: red }</style>', true],
    ['a style of an element', '<p class="a" style="color:red">', true],
    ['a handler', '<button onclick="go()">', true],
    ['a link to elsewhere', '<a href="https://heap.io">Heap</a>', false],
    ['the words of it', '<p>&lt;script&gt; style="a" onclick="b"</p>', false],
  ]
  for (const [what, html, isOpen] of rows) {
    test(`${what}: ${isOpen}`, () => assert.equal(openPlaces(html).length > 0, isOpen))
  }
})

describe('a link within the site', () => {
  const rows: readonly [href: string, isDead: boolean][] = [
    ['/docs/', false],
    ['/docs/b', false],
    ['/docs/b#c', false],
    ['/docs/b#d', true],
    ['/docs/nothing', true],
    ['#own', false],
    ['#other', true],
    ['/', false],
    ['https://example.com/docs/x', false],
  ]
  for (const [href, isDead] of rows) {
    test(`${href}: ${isDead ? 'dead' : 'leads somewhere'}`, () => {
      const pages = new Map([
        ['index', `<h1 id="own">A</h1><a class="x" href="${href}">to it</a>`],
        ['b', '<h2 id="c">C</h2>'],
      ])
      assert.deepEqual(deadLinks(pages, '/docs/'), isDead ? [`index → ${href}`] : [])
    })
  }
})
