import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type HttpResponse, requestsOf } from '../../core/destination.ts'
import { track } from './examples/example.ts'
import { followed, heapUnderTest } from './testing.ts'

const TOKEN = 'POST /api/public/v0/auth_token'
const BEGIN = 'POST /api/public/v0/user_deletion'
const DELETE_ONLY = { mapping: { trackEvent: { event: 'X' } }, actions: ['deleteUser'] }
const WITH_KEY = { ...DELETE_ONLY, settings: { appId: '11', apiKey: 'k' } }
const deleted = (userId: string) => track({}, { event: 'User Deleted', userId })
/** Only what belongs to deletions. */
const steps = (asked: readonly string[]) => asked.filter((one) => one.includes('/public/'))

describe('Deleting a person', () => {
  test('asks for a token, begins, and asks for the status until it is complete', () => {
    const { batch, asked, app, remembered } = heapUnderTest(WITH_KEY)
    batch([track({}, { userId: 'bob' }), track({})])
    batch([deleted('ada')])
    const id = app()?.deletions[0]?.deletion_request_id
    const status = `GET /api/public/v0/deletion_status/${id}`
    assert.deepEqual(steps(asked).slice(0, 4), [TOKEN, BEGIN, TOKEN, status])
    assert.equal(app()?.deletions[0]?.status, 'complete')
    assert.deepEqual(
      app()?.users.map(({ identity }) => identity),
      ['bob'],
    )
    assert.match(
      remembered.context.recall(`deletion:11:${id}`) ?? '',
      /^complete at 2026-01-02T\S+Z, people: 1$/,
    )
  })

  test('deletes the people of a batch together', () => {
    const { batch, asked, app } = heapUnderTest(WITH_KEY)
    batch([deleted('ada'), deleted('bob')])
    assert.equal(asked.filter((one) => one === BEGIN).length, 1)
    assert.equal(app()?.deletions[0]?.users, 2)
  })

  test('is patient: a token for each visit, as one lasts five minutes only', () => {
    const sandbox = { deletionPolls: 20, deletion_ms: 86_400_000 }
    const { batch, asked, app } = heapUnderTest({ ...WITH_KEY, sandbox })
    batch([deleted('ada')])
    assert.equal(app()?.deletions[0]?.status, 'complete')
    assert.equal(asked.filter((one) => one === TOKEN).length, 21)
  })

  test('forgets what it knew of the properties, so that they are sent again to somebody new', () => {
    const { batch, asked } = heapUnderTest(WITH_KEY)
    const identify = { type: 'identify', userId: 'ada', traits: { plan: 'pro' } }
    batch([identify])
    batch([identify])
    batch([deleted('ada')])
    batch([identify])
    assert.equal(asked.filter((one) => one.endsWith('/add_user_properties')).length, 2)
  })

  test('of a visitor deletes the user id', () => {
    const { batch, app } = heapUnderTest(WITH_KEY)
    const visit = { type: 'track', anonymousId: 'visitor-1', event: 'Viewed' }
    batch([visit])
    batch([{ ...visit, event: 'User Deleted' }])
    assert.equal(app()?.kept.users, 0)
  })

  test("of nobody is not begun, even in the browser of somebody who has Heap's id", () => {
    const { plan } = heapUnderTest(WITH_KEY)
    const planned = plan([{ ...deleted('null'), context: { heap: { userId: '42' } } }])
    const ends = planned.flatMap((one) => ('end' in one ? [one.end] : []))
    assert.deepEqual(
      ends.map((end) => end.status === 'rejected' && end.reason.code),
      ['HEAP_IDENTITY_NEVER'],
    )
  })
})

describe('Deleting when Heap answers', () => {
  type Answers = {
    token?: Partial<HttpResponse>
    begin?: Partial<HttpResponse>
    status?: Partial<HttpResponse>
  }
  const rows: readonly (Answers & { title: string; state?: string; becomes: object })[] = [
    {
      title: '401 to the key: a dead letter that says so, and events go on',
      token: { status: 401 },
      becomes: { status: 'refused' },
    },
    { title: '200 without a token', token: { body: '{"err":"no"}' }, becomes: { status: 'refused' } },
    { title: '200 that is no JSON', token: { body: 'OK' }, becomes: { status: 'refused' } },
    { title: '503 to the token', token: { status: 503 }, becomes: { status: 'retry' } },
    {
      title: '401 to the token that it gave: begin anew, later',
      begin: { status: 401 },
      becomes: { status: 'later', state: null },
    },
    { title: '429 to the deletion', begin: { status: 429 }, becomes: { status: 'retry' } },
    { title: '400 to the deletion', begin: { status: 400 }, becomes: { status: 'refused' } },
    { title: '201 with no id', begin: { status: 201, body: '{}' }, becomes: { status: 'retry' } },
    {
      title: '201 with an id that is a number',
      begin: { status: 201, body: '{"deletion_request_id":7}' },
      becomes: { status: 'later', state: '7' },
    },
    {
      title: 'pending',
      state: '7',
      status: { body: '{"status":"pending"}' },
      becomes: { status: 'later', state: '7' },
    },
    {
      title: 'something new',
      state: '7',
      status: { body: '{"status":"?"}' },
      becomes: { status: 'later', state: '7' },
    },
    {
      title: 'complete',
      state: '7',
      status: { body: '{"status":"complete"}' },
      becomes: { status: 'delivered' },
    },
    { title: '404 to the status', state: '7', status: { status: 404 }, becomes: { status: 'refused' } },
    {
      title: '401 to the status',
      state: '7',
      status: { status: 401 },
      becomes: { status: 'later', state: '7' },
    },
    { title: '500 to the status', state: '7', status: { status: 500 }, becomes: { status: 'retry' } },
  ]
  for (const { title, state, becomes, ...answers } of rows) {
    test(title, () => {
      const { plan, replan } = planOfOne()
      const [planned] = state === undefined ? [plan] : replan(state)
      const judged = followed(planned!, ({ url }) => answerTo(url, answers), 0)
      assert.deepEqual(
        Object.fromEntries(Object.keys(becomes).map((name) => [name, judged[name as never]])),
        becomes,
      )
    })
  }

  function answerTo(url: string, { token = {}, begin = {}, status = {} }: Answers): HttpResponse {
    const isToken = url.endsWith('/auth_token')
    const given = isToken
      ? { body: '{"access_token":"t"}', ...token }
      : url.includes('/user_d')
        ? begin
        : status
    return { status: 200, headers: {}, body: '{}', ...given }
  }

  test('with an id of strange characters: the address stays one address', () => {
    const { replan } = planOfOne()
    const [planned] = replan('../7?x')
    const judged = planned?.judge?.({ status: 200, headers: {}, body: '{"access_token":"t"}' }, 0)
    assert.ok(judged?.status === 'continue')
    assert.equal(judged.request.url, 'https://heapanalytics.com/api/public/v0/deletion_status/..%2F7%3Fx')
  })

  test('for both regions at the one address that Heap has for deletions', () => {
    const { plan } = heapUnderTest({ ...DELETE_ONLY, settings: { appId: '11', region: 'EU', apiKey: 'k' } })
    const hosts = requestsOf(plan([deleted('ada')])).map(({ request }) => new URL(request.url).host)
    assert.deepEqual(hosts, ['c.eu.heap-api.com', 'heapanalytics.com'])
  })

  test('no secret is in the address or the body, and the answer with the token is marked', () => {
    const { plan } = planOfOne()
    assert.equal(plan.request.isAnswerSecret, true)
    assert.ok(!JSON.stringify(plan.request).includes('hush'), JSON.stringify(plan.request))
    const judged = plan.judge?.({ status: 200, headers: {}, body: '{"access_token":"hush2"}' }, 0)
    assert.ok(!JSON.stringify(judged).includes('hush2'))
  })

  function planOfOne() {
    const underTest = heapUnderTest({ ...DELETE_ONLY, settings: { appId: '11', apiKey: 'hush' } })
    const last = (planned: ReturnType<typeof underTest.plan>) =>
      planned.filter((one) => 'request' in one && one.request.url.includes('/public/')).at(-1)
    const plan = last(underTest.plan([deleted('ada')]))
    assert.ok(plan !== undefined && 'request' in plan)
    return { plan, replan: (state: string) => underTest.replan(plan.deliveries, state) }
  }
})
