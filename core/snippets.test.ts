import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { createContext, runInContext } from 'node:vm'
import { ownPaths, USUAL_PATHS } from './page-paths.ts'
import { type SnippetOptions, snippets } from './snippets.ts'

const usual: SnippetOptions = { host: 'https://events.example.com/', writeKey: 'site-key' }
const own: SnippetOptions = { ...usual, host: 'https://www.example.com/in', paths: ownPaths('/wren') }

type Queue = unknown[][] &
  Record<string, unknown> &
  Record<'track' | 'page', (...values: unknown[]) => unknown>

/** Runs a snippet in a page that has one script, and gives what it made. */
function runInPage(snippet: string, name: string) {
  const scripts: Record<string, unknown>[] = []
  const errors: unknown[] = []
  const first = { parentNode: { insertBefore: (script: Record<string, unknown>) => scripts.push(script) } }
  const window: Record<string, unknown> = { console: true }
  const context = createContext({
    window,
    console: { error: (text: unknown) => errors.push(text) },
    document: {
      createElement: () => ({
        setAttribute(this: Record<string, unknown>, key: string, value: string) {
          this[key] = value
        },
      }),
      getElementsByTagName: () => [first],
    },
  })
  const run = () => runInContext(snippet.replace(/^<script>|<\/script>$/g, ''), context)
  run()
  return { run, scripts, errors, queue: window[name] as Queue }
}

const rows = [
  {
    snippet: 'customerio',
    name: 'cioanalytics',
    attribute: 'data-global-customerio-analytics-key',
    src: 'https://events.example.com/v1/analytics-js/snippet/site-key/analytics.min.js',
    ownSrc: 'https://www.example.com/in/wren/c/site-key.js',
  },
  {
    snippet: 'segment',
    name: 'analytics',
    attribute: 'data-global-segment-analytics-key',
    src: 'https://events.example.com/analytics.js/v1/site-key/analytics.min.js',
    ownSrc: 'https://www.example.com/in/wren/s/site-key.js',
  },
] as const

for (const { snippet, name, attribute, src, ownSrc } of rows) {
  describe(`the snippet for ${name}`, () => {
    test('loads the build of the source, and tells it what it looks for', () => {
      const { scripts, queue } = runInPage(snippets(usual)[snippet], name)
      assert.deepEqual(JSON.parse(JSON.stringify(scripts)), [{ async: true, [attribute]: name, src }])
      assert.deepEqual([queue['_writeKey'], queue['_cdn']], ['site-key', 'https://events.example.com'])
    })

    test('loads everything below a path of one’s own', () => {
      const { scripts, queue } = runInPage(snippets(own)[snippet], name)
      assert.deepEqual([scripts[0]?.['src'], queue['_cdn']], [ownSrc, 'https://www.example.com/in/wren'])
    })

    test('keeps calls, in order, until the build is there', () => {
      const { queue } = runInPage(snippets(usual)[snippet], name)
      assert.equal(queue.track('Signed Up', { plan: 'pro' }), queue)
      assert.deepEqual(JSON.parse(JSON.stringify([...queue])), [
        ['page'],
        ['track', 'Signed Up', { plan: 'pro' }],
      ])
    })

    test('included twice says so and loads nothing more; beside a library that runs it does nothing', () => {
      const { run, scripts, errors, queue } = runInPage(snippets(usual)[snippet], name)
      run()
      assert.deepEqual([scripts.length, errors], [1, ['Snippet included twice.']])
      queue['initialize'] = () => {}
      run()
      assert.deepEqual([scripts.length, errors.length], [1, 1])
    })

    test('cannot be broken out of', () => {
      const made = snippets({ host: 'https://a.example/"</script><b>', writeKey: "k'\\" })[snippet]
      assert.equal(made.split('</script>').length, 2)
      assert.ok(made.endsWith('</script>'))
      const { queue } = runInPage(made, name)
      assert.equal(queue['_writeKey'], "k'\\")
    })
  })
}

describe('the way with npm', () => {
  test('names the package, the write key and the server, and nothing else', () => {
    const { npmCustomerio, npmSegment } = snippets(usual)
    assert.match(npmCustomerio, /^\/\/ npm install @customerio\/cdp-analytics-browser\n/)
    assert.match(npmSegment, /import \{ AnalyticsBrowser \} from '@segment\/analytics-next'/)
    assert.match(
      npmSegment,
      /export const analytics = AnalyticsBrowser\.load\(\{ writeKey: 'site-key', cdnURL: 'https:\/\/events\.example\.com' \}\)/,
    )
  })
  test('with a path of one’s own asks for the settings there itself', () => {
    const { npmCustomerio } = snippets(own)
    assert.match(npmCustomerio, /fetch\('https:\/\/www\.example\.com\/in\/wren\/j\/site-key'\)/)
    assert.match(npmCustomerio, /cdnURL: 'https:\/\/www\.example\.com\/in\/wren', cdnSettings/)
  })
  test('quotes what needs it', () => {
    assert.match(snippets({ ...usual, writeKey: "it's\\" }).npmSegment, /writeKey: 'it\\'s\\\\'/)
  })
})

test('the document for people has the snippets as they are made', () => {
  const text = readFileSync(join(import.meta.dirname, '../docs/javascript.md'), 'utf8')
  const made = snippets({ host: 'https://events.example.com', writeKey: 'a-long-random-key' })
  for (const [name, snippet] of Object.entries(made)) assert.ok(text.includes(`\n${snippet}\n`), name)
})

test('paths of one’s own hold no name that blockers know', () => {
  for (const path of Object.values(ownPaths('/wren')))
    assert.doesNotMatch(path, /analytic|segment|track|project|heap|plugin/i)
  assert.deepEqual(Object.keys(ownPaths('/wren')), Object.keys(USUAL_PATHS))
})
