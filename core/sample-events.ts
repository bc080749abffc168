import type { JsonObject } from './event.ts'

/** Between two events of the story. */
const STEP_MS = 20_000

/**
 * Made-up calls for trying things out, as a client sends them: one visitor looks around, says who they are, and buys
 * something. `run` tells one telling of the story from another; the last call happens at `now_ms`.
 */
export function sampleCalls(run: string, now_ms: number): readonly JsonObject[] {
  const story = [
    call('page', { name: 'Pricing', properties: { path: '/pricing', url: 'https://shop.example/pricing' } }),
    call('track', { event: 'Signed Up', properties: { plan: 'pro', referral: null } }),
    call('identify', { userId: USER, traits: { email: 'ada@shop.example', plan: 'pro', seats: 3 } }),
    call('track', {
      userId: USER,
      event: 'Product Viewed',
      properties: { sku: 'C-17', name: 'Cheese', price: 4.5 },
    }),
    call('track', { userId: USER, event: 'Order Completed', properties: ORDER }),
    call('screen', { userId: USER, name: 'Receipt', properties: { order: 'sample-1' } }),
    call('group', { userId: USER, groupId: 'shop', traits: { name: 'Shop', employees: 12 } }),
  ]
  return story.map((one, index) => ({
    ...one,
    messageId: `sample-${run}-${index + 1}`,
    timestamp: new Date(now_ms - (story.length - 1 - index) * STEP_MS).toISOString(),
  }))
}

const USER = 'sample-ada'
const ORDER: JsonObject = {
  total: 29.9,
  currency: 'EUR',
  coupon: 'WELCOME',
  shipping: { country: 'DE', express: true },
  products: [
    { sku: 'C-17', name: 'Cheese', price: 4.5, quantity: 2 },
    { sku: 'B-02', name: 'Bread', price: 20.9, quantity: 1 },
  ],
}

function call(type: string, fields: JsonObject): JsonObject {
  return {
    type,
    anonymousId: 'sample-visitor',
    context: { library: { name: 'millrace-sample', version: '1' } },
    ...fields,
  }
}
