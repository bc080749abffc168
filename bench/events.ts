import { randomFrom } from '../test/crash/random.ts'

const NAMES = [
  'Order Completed',
  'Product Viewed',
  'Product Added',
  'Checkout Started',
  'Signed Up',
  'Invoice Paid',
]
const USER_AGENT =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36'

type Call = { readonly type: string; readonly [name: string]: unknown }

/**
 * Calls as shops send them, the same for every run: 70 % track with nested properties and a list of products, 30 %
 * identify, about 1.2 KB each, 20,000 people. `first` numbers the messageIds, so that rounds do not repeat each other.
 */
export function makeEvents(count: number, first = 0): readonly Call[] {
  const random = randomFrom(7 + first)
  const pick = <T>(items: readonly T[]): T => items[random.whole(0, items.length - 1)] as T
  const hex = (length: number) => Array.from({ length }, () => random.whole(0, 15).toString(16)).join('')

  return Array.from({ length: count }, (_, n) => {
    const person = random.whole(0, 19_999)
    const timestamp = new Date(1_767_225_600_000 + n * 137).toISOString()
    const common = {
      messageId: `bench-${first + n}-${hex(20)}`,
      // One browser a person: a new id for each call would be a new visitor to be joined to somebody each time.
      anonymousId: `8f14e45f-ceea-467f-a0e6-${String(person).padStart(12, '0')}`,
      userId: `user_${person}`,
      timestamp,
      originalTimestamp: timestamp,
      sentAt: timestamp,
      integrations: { All: true },
      context: {
        library: { name: 'analytics.js', version: '2.1.0' },
        ip: '10.1.2.3',
        locale: pick(['en-US', 'de-DE', 'fr-FR']),
        userAgent: USER_AGENT,
        timezone: 'Europe/Berlin',
        page: {
          path: `/p/${random.whole(0, 999)}`,
          referrer: 'https://www.example.com/',
          search: '?utm_source=news',
          title: 'Example page',
          url: 'https://www.example.com/p/1',
        },
        campaign: { name: 'spring', source: 'news', medium: 'email' },
        traits: { email: `u${person}@example.com`, plan: pick(['free', 'pro', 'team']) },
      },
    }
    return random.next() < 0.7 ? track(common) : identify(common, person)
  })

  function track(common: object): Call {
    const products = Array.from({ length: random.whole(1, 3) }, (_, k) => ({
      product_id: hex(8),
      name: `Product ${k}`,
      price: random.whole(1, 10_000) / 100,
      quantity: random.whole(1, 4),
      tags: ['a', 'b'],
    }))
    const properties = {
      order_id: hex(10),
      revenue: random.whole(1, 100_000) / 100,
      currency: 'USD',
      coupon: random.next() < 0.3 ? 'SPRING' : null,
      first: random.next() < 0.5,
      shipping: { method: 'express', address: { city: 'Berlin', zip: '10115', country: 'DE' } },
      products,
    }
    return { ...common, type: 'track', event: pick(NAMES), properties }
  }

  function identify(common: object, person: number): Call {
    const traits = {
      email: `u${person}@example.com`,
      first_name: 'Ada',
      last_name: `L${person}`,
      plan: pick(['free', 'pro', 'team']),
      logins: random.whole(0, 499),
      company: {
        id: hex(8),
        name: 'Acme',
        seats: random.whole(1, 90),
        address: { city: 'Paris', country: 'FR' },
      },
      tags: ['vip', 'beta'],
    }
    return { ...common, type: 'identify', traits }
  }
}
