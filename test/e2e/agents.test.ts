// The way of the first run, gone by agents: clients of the protocol's own library, over both transports and both of its
// revisions, with tokens of their own. Each test goes on where the one before it ended.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Role } from '../../contract/roles.ts'
import { type Agent, type Answer, connected, tokenOf, WAYS, type Way } from './agents.ts'
import { atMost_ms } from './in-cluster.ts'
import { appOf, type Millrace, makePlace, type Place, until } from './server.ts'

/** What a viewer's token does not show. */
const CHANGING = [
  ...['add_action', 'create_destination', 'create_source', 'pause_destination', 'replay_events'],
  ...['resume_destination', 'retry_dead_letters', 'send_sample_events', 'send_test_event', 'stop_replay'],
  ...['undo_change', 'update_action', 'update_destination'],
]
const ALL_TIME = { from: '2026-01-01T00:00:00Z', to: '2099-01-01T00:00:00Z' }
const MENDED = { event: { '@path': '$.event' } }
const BROKEN = { event: { '@path': '$.properties.nothing' } }

let place: Place
let millrace: Millrace
const open: Agent[] = []
before(async () => {
  place = await makePlace()
  place.configure({ sources: [], destinations: [] })
  millrace = await place.start('--login', 'on')
})
after(async () => {
  await Promise.all(open.map(({ client }) => client.close()))
  await place.end()
})

type Health = { readonly problems: readonly { readonly link?: string }[] }

async function agent(way: Way, role: Role, ...more: readonly string[]): Promise<Agent> {
  const { folder } = place
  const token = await tokenOf(place, role, ...more)
  const one = await connected(way, { adminUrl: millrace.adminUrl, token, folder })
  open.push(one)
  return one
}

for (const [index, way] of (Object.keys(WAYS) as Way[]).entries()) {
  describe(`an agent ${way}`, { timeout: atMost_ms(180_000) }, () => {
    const appId = String(61 + index)
    const [id, destination] = [`shop-${index}`, `heap-${index}`]
    let one: Agent
    let writeKey = ''
    let action = ''
    before(async () => {
      one = await agent(way, 'editor', '--personal')
    })

    type Traced = Answer<'GET /admin/v1/events/:address'>
    const send = (event: string, messageId: string) =>
      millrace.post('/v1/track', writeKey, { event, messageId, userId: 'ada', properties: { total: 12 } })
    const traced = (messageId: string, fate: string) =>
      until(`${messageId} to be ${fate}`, async () => {
        const found = await one.use<Traced>('trace_event', { messageId })
        return found.destinations[0]?.fate === fate ? found.destinations[0] : undefined
      })
    const inHeap = () =>
      appOf(place.sandbox, appId).events.flatMap(({ event }) => (event.startsWith('Bought') ? [event] : []))

    test('is told what there is, adds a source, and sees its first event', async () => {
      assert.match(one.client.getInstructions() ?? '', /never an instruction/)
      const { problems } = (await one.use<{ health: Health }>('status')).health
      // Those who came before have left dead letters, of which alerts tell when they look.
      const own = problems.filter(({ link }) => !link?.startsWith('/destinations/heap-'))
      assert.deepEqual(own, [])
      const source = { name: `Shop ${index}`, kind: 'node', id }
      const { saved } = await one.use<{ saved: { writeKey: string } }>('create_source', source)
      writeKey = saved.writeKey
      await send('Bought', `${id}-1`)
      const found = await until('the event to be found', async () => {
        const asked = { source: id, event: 'Bought' }
        return (await one.use<Answer<'GET /admin/v1/events'>>('search_events', asked)).events[0]
      })
      const { destinations } = await one.use<Traced>('trace_event', { address: found.address })
      assert.deepEqual(destinations, [])
    })

    test('connects Heap, tries it, and sees an event delivered', async () => {
      const kind = await one.use<{ settings: object }>('list_kinds', { kind: 'heap' })
      assert.ok('appId' in kind.settings)
      const settings = { appId, apiUrl: place.sandbox.url }
      const asked = { kind: 'heap', id: destination, sources: [id], settings }
      const { saved } = await one.use<Answer<'POST /admin/v1/destinations'>>('create_destination', asked)
      action = saved.actions.find((preset) => preset.action === 'trackEvent')?.id ?? ''
      const { attempts } = await one.use<Answer<'POST /admin/v1/test'>>('send_test_event', { destination })
      assert.equal(attempts[0]?.outcome, 'delivered')
      await send('Bought', `${id}-2`)
      const [attempt] = (await traced(`${id}-2`, 'delivered')).attempts
      const named = { attempt: String(attempt?.id) }
      const sent = await one.use<Answer<'GET /admin/v1/attempts/:id'>>('get_attempt', named)
      assert.equal(sent.status, 200)
      assert.match(sent.requestBody, /"Bought"/)
      assert.deepEqual(inHeap(), ['Bought'])
    })

    test('breaks a mapping, and finds the dead letter and why', async () => {
      const at = { destination, action }
      const tried = await one.use<Answer<'POST /admin/v1/trials'>>('try_action', { ...at, fields: BROKEN })
      assert.match(JSON.stringify(tried.counts), /"newly refused":[1-9]/)
      await one.use('update_action', { ...at, fields: BROKEN })
      await millrace.followed()
      await send('Bought late', `${id}-3`)
      const { deliveries } = await traced(`${id}-3`, 'dead letter')
      const deadLetter = String(deliveries.find((delivery) => delivery.deadLetter)?.deadLetter?.id)
      type Groups = Answer<'GET /admin/v1/dead-letters/groups'>
      const { groups } = await one.use<Groups>('dead_letter_groups', { destination })
      assert.deepEqual(
        groups.map(({ code, count }) => [code, count]),
        [['VALUES_INVALID', 1]],
      )
      const section = { name: 'errors', section: 'VALUES_INVALID' }
      assert.match((await one.use<{ text: string }>('read_docs', section)).text, /^## VALUES_INVALID\n/)
      type Letter = Answer<'GET /admin/v1/dead-letters/:id'>
      const letter = await one.use<Letter>('get_dead_letter', { deadLetter })
      assert.equal(letter.messageId, `${id}-3`)
      assert.match(letter.reason.text, /event/i)
    })

    test('mends it, and sends the dead letter again once, when it has seen what that would do', async () => {
      const at = { destination, action, fields: MENDED }
      const event = { type: 'track', event: 'X', userId: 'ada' }
      type Explained = { readonly explanations: readonly { readonly requests: readonly unknown[] }[] }
      const { explanations } = await one.use<Explained>('explain_event', { ...at, event })
      assert.equal(explanations[0]?.requests.length, 1)
      await one.use('update_action', at)
      await millrace.followed()
      const now = { destination, dry_run: false }
      assert.match(await one.refused('retry_dead_letters', now), /total_max/)
      assert.match(await one.refused('replay_events', { ...now, ...ALL_TIME }), /total_max/)
      assert.match(
        await one.refused('replay_events', { ...now, ...ALL_TIME, total_max: 1 }),
        /about \d+ by now/,
      )
      type Tried = Answer<'POST /admin/v1/replays/dry-run'>
      const { total, accepted } = await one.use<Tried>('retry_dead_letters', { destination })
      assert.deepEqual([total, accepted], [1, 1])
      assert.deepEqual(inHeap(), ['Bought'])
      type Replay = Answer<'GET /admin/v1/replays/:id'>
      const begun = await one.use<Replay>('retry_dead_letters', { ...now, total_max: total })
      await until('the replay to be done', async () => {
        const { state } = await one.use<Replay>('get_replay', { replay: String(begun.id) })
        return state === 'done' || undefined
      })
      await traced(`${id}-3`, 'delivered')
      assert.deepEqual(inHeap(), ['Bought', 'Bought late'])
      assert.deepEqual(await one.use('dead_letter_groups', { destination }), { groups: [] })
    })

    test('pauses, lets go on, and undoes a change', async () => {
      assert.equal((await one.use('pause_destination', { destination }))['state'], 'paused')
      const { change } = await one.use('resume_destination', { destination })
      await one.use('undo_change', { change: String(change) })
      assert.equal((await one.use('get_destination', { destination }))['paused'], true)
      await one.use('resume_destination', { destination })
    })

    test('reads the documents and the configuration, and is given prompts', async () => {
      const { resources } = await one.client.listResources()
      assert.ok(resources.some(({ uri }) => uri === 'millrace://docs/triggers'))
      assert.match(await one.read('millrace://configuration'), new RegExp(`id: ${id}\n`))
      assert.match(await one.read('millrace://docs/agents'), /^# Agents/)
      for (const uri of ['millrace://docs/../package', 'file:///etc/passwd', 'millrace://docs/nothing'])
        await assert.rejects(one.read(uri), /NOT_FOUND/, uri)
      const { prompts } = await one.client.listPrompts()
      assert.deepEqual(
        prompts.map(({ name }) => name),
        ['why-not-delivered', 'set-up-heap'],
      )
      const given = { name: 'why-not-delivered', arguments: { event: `${id}-3` } }
      const { messages } = await one.client.getPrompt(given)
      assert.match(JSON.stringify(messages), new RegExp(`the event ${id}-3 was not delivered`))
      await assert.rejects(one.client.getPrompt({ name: 'set-up-heap' }), /appId/)
    })

    test('a viewer’s sees no tool that changes something, can use none, and sees nothing of persons', async () => {
      const viewer = await agent(way, 'viewer')
      const { tools } = await viewer.client.listTools()
      assert.ok(tools.every(({ annotations }) => annotations?.readOnlyHint === true))
      const known = new Set(tools.map(({ name }) => name))
      const more = (await one.client.listTools()).tools.filter(({ name }) => !known.has(name))
      assert.deepEqual(more.map(({ name }) => name).toSorted(), CHANGING)
      assert.match(await viewer.refused('create_source', { name: 'X', kind: 'node' }), /^NOT_ALLOWED/)
      const { events } = await viewer.use<Answer<'GET /admin/v1/events'>>('search_events', { source: id })
      assert.match(JSON.stringify(events[0]), /"userId":"•••".*"properties":{"total":null}/)
      assert.match(await viewer.refused('search_events', { person: 'ada' }), /^PERSONAL_NOT_ALLOWED/)
      assert.match(await viewer.refused('search_events', { persn: 'ada' }), /^QUERY_INVALID.*persn/)
      assert.match(await viewer.refused('delete_everything'), /^NOT_FOUND/)
    })

    test('what they did is in the audit log, under the names of their tokens', async () => {
      const authorization = `Bearer ${await tokenOf(place, 'admin')}`
      const entriesOf = async (who: string, of: string) => {
        const query = new URLSearchParams({ who, limit: '500', ...(of === '' ? {} : { of }) })
        const answer = await fetch(`${millrace.adminUrl}/admin/v1/audit?${query}`, {
          headers: { authorization },
        })
        return ((await answer.json()) as Answer<'GET /admin/v1/audit'>).entries
      }
      const did = [
        ...(await entriesOf('agent editor', id)),
        ...(await entriesOf('agent editor', destination)),
      ]
      assert.deepEqual([...new Set(did.map(({ what }) => what))].toSorted(), [
        'PATCH /admin/v1/destinations/:id',
        'PATCH /admin/v1/destinations/:id/actions/:action',
        'POST /admin/v1/destinations',
        'POST /admin/v1/sources',
      ])
      for (const { who, address, agent } of did) {
        assert.equal(who.via, 'token')
        assert.match(String(address), /127\.0\.0\.1$/)
        assert.match(String(agent), index === 0 ? /^millrace-mcp\// : /^agent /)
      }
      const refused = await entriesOf('agent viewer', '')
      assert.ok(refused.some(({ outcome }) => outcome === 'NOT_ALLOWED'))
    })
  })
}
