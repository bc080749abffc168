import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { atMost_ms } from './in-cluster.ts'
import { appOf, heapFor, type Millrace, makePlace, type Place, source, until } from './server.ts'

const APP = '71'
const RENAME = `export function transform(event) {
  if (event.event === 'Unwanted') return null
  if (event.event === 'Broken') throw new Error('no')
  event.event = 'Renamed ' + event.event
  return event
}`
const TOTAL = `export function transform(event) {
  event.properties.total = event.properties.price * 2
  return event
}`
const MENDED = RENAME.replace("throw new Error('no')", 'event.properties.mended = true')

type Letter = { readonly id: number; readonly reason: { readonly code: string; readonly text: string } }

describe('transformations', { timeout: atMost_ms(120_000) }, () => {
  let place: Place
  let millrace: Millrace

  before(async () => {
    place = await makePlace()
    place.configure({
      sources: [{ ...source('shop', 'javascript'), transform: RENAME }],
      destinations: [
        {
          ...heapFor(place.sandbox, 'heap', APP, ['shop']),
          actions: [{ action: 'trackEvent', trigger: 'type = "track"', transform: TOTAL }],
        },
        { id: 'pages', name: 'Pages', kind: 'heap-web', sources: ['shop'], settings: { appId: APP } },
      ],
    })
    millrace = await place.start()
  })
  after(() => place.end())

  async function track(messageId: string, event: string): Promise<void> {
    const call = { messageId, userId: 'ada', event, properties: { price: 21 } }
    await millrace.post('/v1/track', 'shop-key', call)
  }
  async function ask(method: string, path: string, body: object) {
    const answer = await fetch(`${millrace.adminUrl}/admin/v1/${path}`, {
      ...{ method, body: JSON.stringify(body) },
      headers: { 'content-type': 'application/json' },
    })
    return { status: answer.status, body: (await answer.json()) as Record<string, never> }
  }
  const letters = async () =>
    (await millrace.admin('dead-letters?destination=heap'))['deadLetters'] as unknown as readonly Letter[]
  const arrived = () =>
    appOf(place.sandbox, APP).events.map(({ event, properties }) => [event, properties['total']])

  test('an event arrives as the source and then the action made it', async () => {
    await track('m1', 'Bought')
    await millrace.counted('destinations', 'heap', 'delivered', 1)
    assert.deepEqual(arrived(), [['Renamed Bought', 42]])
  })

  test('one that a transformation drops is discarded', async () => {
    await track('m2', 'Unwanted')
    const counts = await millrace.done('heap', 2)
    assert.equal(counts['discarded']?.total, 1)
    assert.deepEqual([counts['delivered']?.total, await letters()], [1, []])
  })

  test('one that it throws for is held as a dead letter, and others go on', async () => {
    await track('m3', 'Broken')
    await track('m4', 'Bought')
    await millrace.counted('destinations', 'heap', 'delivered', 2)
    const [letter] = await letters()
    assert.equal(letter?.reason.code, 'TRANSFORM_FAILED')
    assert.match(letter?.reason.text ?? '', /threw Error: no \(line 3\)/)
  })

  test('mended while the server runs, what was held is replayed as it is made now', async () => {
    const saved = await ask('PATCH', 'sources/shop', { transform: MENDED })
    assert.equal(saved.status, 200, JSON.stringify(saved.body))
    const replayed = await ask('POST', 'replays', { of: { deadLetters: { destination: 'heap' } } })
    assert.equal(replayed.status, 201, JSON.stringify(replayed.body))
    await until('no dead letter', async () => ((await letters()).length === 0 ? true : undefined))
    assert.deepEqual(arrived().at(-1), ['Renamed Broken', 42])
  })

  test('switched off, events arrive as they came', async () => {
    assert.equal((await ask('PATCH', 'sources/shop', { transform: '' })).status, 200)
    // Other processes hear of a change a moment later; until then it is dropped.
    let sent = 0
    await until('one that arrives as it came', async () => {
      sent += 1
      await track(`m5-${sent}`, 'Unwanted')
      return arrived().some(([event]) => event === 'Unwanted') || undefined
    })
    assert.deepEqual(arrived().at(-1), ['Unwanted', 42])
  })

  const refused: readonly (readonly [what: string, path: string, transform: string, problem: RegExp])[] = [
    ['what is no JavaScript', 'sources/shop', 'export function transform(', /\(line 1, column 27\)/],
    ['what exports nothing', 'destinations/heap/actions/track-event', 'let a', /exports no function/],
    [
      'one of a destination of pages',
      'destinations/pages/actions/track-event',
      TOTAL,
      /they send by themselves/,
    ],
  ]
  for (const [what, path, transform, problem] of refused) {
    test(`${what} is refused, with its place`, async () => {
      const { status, body } = await ask('PATCH', path, { transform })
      assert.equal(status, 422)
      assert.match(JSON.stringify(body), problem)
    })
  }

  test('what is being written is tried on the last events, and a loop without end makes nobody wait', async () => {
    const text = 'export function transform(event) { console.log(event.event); for (;;) {} }'
    const trying = ask('POST', 'transforms/trial', { text, sources: ['shop'], limit: 50 })
    await track('m6', 'Meanwhile')
    const { problems, results } = (await trying).body as unknown as {
      problems: unknown
      results: readonly { status: string; problem: string }[]
    }
    assert.deepEqual(problems, [])
    assert.match(results[0]?.problem ?? '', /steps|ms/)
    const changed = await ask('POST', 'transforms/trial', { text: RENAME, sources: ['shop'] })
    const statuses = (changed.body as unknown as typeof changed & { results: { status: string }[] }).results
    assert.deepEqual(new Set(statuses.map(({ status }) => status)), new Set(['changed', 'dropped', 'failed']))
  })

  test('an explanation and a trial say what transformations would do', async () => {
    const action = { action: 'trackEvent', id: 'track-event', trigger: 'type = "track"', transform: 'let a' }
    const event = { type: 'track', userId: 'ada', event: 'Bought', properties: { price: 1 } }
    const wrong = await ask('POST', 'explain', { destination: 'heap', action, event })
    assert.match(JSON.stringify(wrong.body), /"at":\["transform"\]/)
    const drops = { ...action, transform: 'export const transform = () => null' }
    const { body } = await ask('POST', 'trials', { destination: 'heap', action: drops })
    const { counts } = body as unknown as { counts: Record<string, number> }
    assert.ok((counts['no longer sent'] ?? 0) > 0, JSON.stringify(body))
  })
})
