// What `millrace types` writes, compiled with the libraries that people have: right calls compile, and wrong ones do not.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import type { TrackingPlan } from '../../core/tracking-plan/tracking-plan.ts'
import { typescriptOf } from '../../core/tracking-plan/typescript.ts'

const ROOT = join(import.meta.dirname, '../..')
const CACHE = join(ROOT, 'node_modules/.cache')
mkdirSync(CACHE, { recursive: true })
const folder = mkdtempSync(join(CACHE, 'types-'))
after(() => rmSync(folder, { recursive: true }))

const PLAN: TrackingPlan = {
  id: 'shop',
  name: 'Shop "1"\u2028export type Broken = ',
  rules: [
    {
      type: 'track',
      event: 'Order Completed',
      description: 'After */ paying',
      schema: {
        type: 'object',
        required: ['total', 'products'],
        properties: {
          total: { type: 'number', description: 'With taxes' },
          currency: { type: 'string', enum: ['EUR', 'USD'] },
          at: { type: 'string', format: 'date-time' },
          coupon: { type: ['string', 'null'] },
          products: {
            type: 'array',
            items: {
              type: 'object',
              required: ['sku'],
              properties: { sku: { type: 'string' }, 'odd-name': {} },
            },
          },
          either: { anyOf: [{ type: 'string' }, { const: 3 }] },
          extra: { type: 'object', properties: { a: { type: 'boolean' } }, additionalProperties: true },
        },
      },
    },
    { type: 'track', event: 'Signed "Up"', schema: { type: 'object' } },
    { type: 'track', event: 'Never', schema: { properties: { no: false }, additionalProperties: false } },
    { type: 'page', event: 'Home', schema: { type: 'object', properties: { hero: { type: 'integer' } } } },
    {
      type: 'page',
      schema: { type: 'object', required: ['path'], properties: { path: { type: 'string' } } },
    },
    { type: 'identify', schema: { type: 'object', properties: { plan: { const: 'free' } } } },
  ],
}

const USES = `
import { AnalyticsBrowser } from '@segment/analytics-next'
import { Analytics } from '@segment/analytics-node'
import type { Planned, PlannedNode, TrackEvents } from './events'

const browser = AnalyticsBrowser.load({ writeKey: 'k' })
const web = browser as unknown as Planned<typeof browser>
const products = [{ sku: 'a' }]
const order: TrackEvents['Order Completed'] = { total: 1, products, currency: 'EUR', at: new Date(), coupon: null }
void web.track('Order Completed', order).then((context) => context.id)
web.track('Order Completed', { total: 1, products: [{ sku: 'a', 'odd-name': 1 }], either: 3, extra: { a: true, b: 2 } })
web.track('Signed "Up"')
web.track('Signed "Up"', { anything: 1 }, { context: {} })
web.page('Home')
web.page('Home', { hero: 1 })
web.page('Category', 'Home', { hero: 1 })
web.page('Elsewhere', { path: '/' })
web.identify('ada', { plan: 'free' })
web.identify('ada')
web.group('g1', { any: 'thing' })
void web.reset()

// @ts-expect-error The plan has no such event.
web.track('Order Complete', { total: 1, products })
// @ts-expect-error A required property is missing.
web.track('Order Completed', { total: 1 })
// @ts-expect-error Properties are required.
web.track('Order Completed')
// @ts-expect-error A text is no number.
web.track('Order Completed', { total: '1', products })
// @ts-expect-error None of the choices.
web.track('Order Completed', { total: 1, products, currency: 'GBP' })
// @ts-expect-error A property that is not in the plan.
web.track('Order Completed', { total: 1, products, colour: 'red' })
// @ts-expect-error Nested, too.
web.track('Order Completed', { total: 1, products: [{ sku: 1 }] })
// @ts-expect-error Neither a text nor 3.
web.track('Order Completed', { total: 1, products, either: 4 })
// @ts-expect-error It may not be there.
web.track('Never', { no: 1 })
// @ts-expect-error The rule of the page itself counts, and not that of the others.
web.page('Home', { path: '/' })
// @ts-expect-error What others must have.
web.page('Elsewhere', {})
// @ts-expect-error Another value.
web.identify('ada', { plan: 'paid' })

const node = new Analytics({ writeKey: 'k' }) as unknown as PlannedNode<Analytics>
node.track({ userId: 'ada', event: 'Order Completed', properties: { total: 1, products } })
node.track({ anonymousId: 'x', event: 'Signed "Up"', timestamp: new Date() })
node.page({ userId: 'ada', name: 'Home' })
node.identify({ userId: 'ada', traits: { plan: 'free' } })
void node.closeAndFlush()
// @ts-expect-error Nobody did it.
node.track({ event: 'Signed "Up"' })
// @ts-expect-error A required property is missing.
node.track({ userId: 'ada', event: 'Order Completed', properties: { total: 1 } })
// @ts-expect-error Properties are required.
node.track({ userId: 'ada', event: 'Order Completed' })
// @ts-expect-error The plan has no such event.
node.track({ userId: 'ada', event: 'Other' })
`

/** What the compiler says; '' when it is content. */
function compiled(uses: string): Promise<string> {
  writeFileSync(join(folder, 'events.d.ts'), typescriptOf(PLAN))
  writeFileSync(join(folder, 'uses.ts'), uses)
  const options = [
    '--ignoreConfig',
    '--noEmit',
    '--strict',
    '--target',
    'es2022',
    '--module',
    'esnext',
    '--moduleResolution',
    'bundler',
  ]
  const files = ['--skipLibCheck', '--types', 'node', 'uses.ts', 'events.d.ts']
  return new Promise((resolve) => {
    execFile(join(ROOT, 'node_modules/.bin/tsc'), [...options, ...files], { cwd: folder }, (_, out) =>
      resolve(out),
    )
  })
}

test('right calls of the libraries compile, and each wrong one does not', async () => {
  assert.equal(await compiled(USES), '')
})

test('the types themselves have no mistakes', async () => {
  assert.equal(await compiled(typescriptOf(PLAN)), '')
})

test('the compiler looks at the uses at all', async () => {
  const out = await compiled(
    `import type { BrowserCalls } from './events'\nexport const no: BrowserCalls = 3`,
  )
  assert.match(out, /^uses\.ts\(2,\d+\): error TS2322/)
})

test('a plan without rules leaves a library as it is', () => {
  assert.match(typescriptOf({ id: 'a', name: 'Empty', rules: [] }), /export type PlannedCall = never/)
})
