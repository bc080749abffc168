// A shop that sends what shops send, always the same: what every page shows to the tests, to Lighthouse and in the
// documents' pictures.
import { heapFor, type Place, source, until } from '../server.ts'
import { type AdminPages, startAdminPages } from './admin-pages.ts'

export const HEAP = 'heap-production'
/** Has dead letters. */
export const FAILING = 'heap-staging'
const NAMES = ['Product Viewed', 'Product Added', 'Order Completed', 'Checkout Started', 'Product Viewed']
const PLANS = ['free', 'pro', 'team'] as const
const PEOPLE = ['ada@example.com', 'grace@example.com', 'alan@example.com', 'edsger@example.com'] as const

/** Most of what it sends is so. */
const RULES = NAMES.slice(0, 3).map((event) => ({
  ...{ type: 'track', event, description: `A person did this in the shop: ${event}.` },
  schema: {
    type: 'object',
    required: ['order_id', 'total', 'coupon'],
    properties: {
      ...{ order_id: { type: 'string' }, total: { type: 'number', minimum: 0 }, coupon: { type: 'string' } },
      ...{ currency: { enum: ['EUR', 'USD'] }, plan: { type: 'string' }, products: { type: 'array' } },
    },
  },
}))

function configured({ sandbox }: Place) {
  return {
    sources: [
      { ...source('website', 'javascript'), name: 'Website', plan: { id: 'shop' } },
      { ...source('backend'), name: 'Shop backend' },
      { ...source('ios-app', 'ios'), name: 'iOS app' },
      { ...source('import', 'python'), name: 'Imports' },
      { ...source('orders', 'postgresql'), name: 'Orders' },
    ],
    destinations: [
      { ...heapFor(sandbox, HEAP, '71', ['website', 'backend', 'ios-app']), name: 'Heap Production' },
      { ...heapFor(sandbox, FAILING, '73', ['import']), name: 'Heap Staging' },
      {
        ...{ id: 'warehouse', name: 'Warehouse', kind: 'webhook', enabled: false },
        ...{ sources: ['backend'], settings: { url: `${sandbox.url}/warehouse` } },
      },
      {
        ...{ id: 'heap-web', name: 'Heap in pages', kind: 'heap-web' },
        ...{ sources: ['website'], settings: { appId: '72' } },
      },
    ],
    plans: [{ id: 'shop', name: 'Shop', rules: RULES }],
    alerts: {
      channels: [{ id: 'ops', kind: 'webhook', url: `${sandbox.url}/nobody-listens-here` }],
      rules: { failing: false, held: { minutes: 1 }, deadLetters: { count: 5, minutes: 60 } },
    },
  }
}

const person = (at: number) => PEOPLE[at % PEOPLE.length] as string

function track(at: number): object {
  const total = 20 + ((at * 37) % 180)
  return {
    ...{
      type: 'track',
      event: NAMES[at % NAMES.length],
      userId: person(at),
      messageId: `shop-${1_000 + at}`,
    },
    properties: {
      ...{ order_id: `A-${4_200 + at}`, total, currency: 'EUR', plan: PLANS[at % PLANS.length] },
      products: [
        { product_id: `sku-${at % 7}`, name: 'Espresso beans', quantity: 1 + (at % 3), price: total },
      ],
    },
    context: {
      campaign: { name: 'spring', source: 'newsletter', medium: 'email' },
      page: { path: `/products/${at % 7}`, title: 'Espresso beans', url: 'https://shop.example.com/' },
    },
  }
}
const several = <Made>(count: number, make: (at: number) => Made) =>
  Array.from({ length: count }, (_, at) => make(at))

const VISITS = several(12, (at) => ({
  ...{ type: 'page', name: 'Product', anonymousId: `visitor-${at % 5}`, messageId: `visit-${at}` },
  properties: { path: `/products/${at % 7}`, title: 'Espresso beans' },
}))
const PROFILES = PEOPLE.map((email, at) => ({
  ...{ type: 'identify', userId: email, messageId: `profile-${at}` },
  traits: { email, plan: PLANS[at % PLANS.length], company: 'Example Ltd' },
}))
/** Heap takes nothing of them: `null` is nobody. */
const NOBODYS = several(3, (at) => ({ ...track(60 + at), userId: 'null' }))
/** No action wants these. */
const GROUPS = several(2, (at) => ({
  ...{ type: 'group', userId: person(at), groupId: 'example-ltd', messageId: `group-${at}` },
}))
const FROM_WEBSITE = [...VISITS, ...PROFILES, ...several(24, track), ...GROUPS]
const FROM_BACKEND = several(12, (at) => track(30 + at))
const IMPORTED = [...several(3, (at) => track(70 + at)), ...NOBODYS]
const FROM_IOS = several(6, (at) => track(50 + at))

export type SmallWorld = AdminPages & {
  /** The address of one order in the log, as addresses of pages have it. */
  readonly order: string
}

/** The server, its pages, and everything that was sent has its end. */
export async function startSmallWorld(): Promise<SmallWorld> {
  const pages = await startAdminPages(configured)
  try {
    const { millrace } = pages
    await millrace.post('/v1/batch', 'website-key', { batch: FROM_WEBSITE })
    await millrace.post('/v1/batch', 'backend-key', { batch: FROM_BACKEND })
    await millrace.post('/v1/batch', 'ios-app-key', { batch: FROM_IOS })
    await millrace.post('/v1/batch', 'import-key', { batch: IMPORTED })
    const sent = FROM_WEBSITE.length + FROM_BACKEND.length + FROM_IOS.length
    await millrace.done(HEAP, sent)
    await millrace.done(FAILING, IMPORTED.length)
    const found = await until('an order in the log', async () => {
      const path = 'events?source=backend&messageId=shop-1032'
      const { events } = (await millrace.admin(path)) as unknown as { events: readonly { address: string }[] }
      return events.at(0)
    })
    return { ...pages, order: found.address.replaceAll('/', '-') }
  } catch (error) {
    await pages.end()
    throw error
  }
}
