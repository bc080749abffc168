import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, test } from 'node:test'
import { AppError } from '../../core/errors.ts'
import { adminClient, askOverHttp, clientPlace } from './client.ts'

const variables = (given: Readonly<Record<string, string>>) => (name: string) => given[name]

describe('where a command asks', () => {
  const rows: readonly [title: string, flags: object, environment: Record<string, string>, place: object][] =
    [
      ['nothing given', {}, {}, { url: 'http://127.0.0.1:4001', token: undefined }],
      [
        'variables',
        {},
        { MILLRACE_URL: 'https://m.example/', MILLRACE_TOKEN: 'mr_1' },
        { url: 'https://m.example', token: 'mr_1' },
      ],
      [
        'flags win',
        { url: 'https://a.example', token: 'mr_2' },
        { MILLRACE_URL: 'https://m.example', MILLRACE_TOKEN: 'mr_1' },
        { url: 'https://a.example', token: 'mr_2' },
      ],
      [
        'an empty variable is none',
        {},
        { MILLRACE_URL: '', MILLRACE_TOKEN: '' },
        { url: 'http://127.0.0.1:4001', token: undefined },
      ],
      [
        'the address of the API itself',
        { url: 'https://a.example/x/admin/v1/' },
        {},
        { url: 'https://a.example/x', token: undefined },
      ],
    ]
  for (const [title, flags, environment, place] of rows) {
    test(title, () => assert.deepEqual(clientPlace(flags, variables(environment)), place))
  }
  for (const flags of [
    { url: 'nowhere' },
    { url: 'file:///etc' },
    { token: 'two words' },
    { token: 'line\nbreak' },
  ]) {
    test(`${JSON.stringify(flags)} is refused, and a token is not told`, () => {
      assert.throws(
        () => clientPlace(flags),
        (error: AppError) =>
          error.code === 'OPTION_INVALID' &&
          !error.explanation.includes('words') &&
          !error.explanation.includes('break'),
      )
    })
  }
})

describe('asking a server', () => {
  /** A server that answers every request with this, and what it was asked. */
  async function withServer(
    status: number,
    answer: string,
    use: (url: string, asked: object[]) => Promise<void>,
  ) {
    const asked: object[] = []
    const server = createServer((request, response) => {
      const parts: Buffer[] = []
      request.on('data', (part) => parts.push(part))
      request.on('end', () => {
        const { method, url, headers } = request
        asked.push({
          method,
          url,
          authorization: headers.authorization,
          body: Buffer.concat(parts).toString(),
        })
        response.writeHead(status, { location: 'http://elsewhere.example/' }).end(answer)
      })
    })
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
    try {
      await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked)
    } finally {
      server.close()
    }
  }
  const client = (url: string) => adminClient({ ask: askOverHttp }, { url, token: 'mr_1' })

  test('fills in the address, the query and the body, and shows the token', () =>
    withServer(200, '{}', async (url, asked) => {
      await client(url).ask('GET /admin/v1/changes', { query: { of: 'a b', limit: 2 } })
      await client(url).ask('POST /admin/v1/changes/:id/undo', { params: { id: '7/1' } })
      await client(url).ask('POST /admin/v1/trials', { body: { destination: 'heap', action: 'a' } })
      const authorization = 'Bearer mr_1'
      assert.deepEqual(asked, [
        { method: 'GET', url: '/admin/v1/changes?of=a+b&limit=2', authorization, body: '' },
        { method: 'POST', url: '/admin/v1/changes/7%2F1/undo', authorization, body: '' },
        {
          method: 'POST',
          url: '/admin/v1/trials',
          authorization,
          body: '{"destination":"heap","action":"a"}',
        },
      ])
    }))

  const refusals: readonly [title: string, status: number, answer: string, code: string, told: RegExp][] = [
    [
      'an error of the API keeps its code and details',
      404,
      '{"error":{"code":"NOT_FOUND","details":{"change":7}}}',
      'NOT_FOUND',
      /change: 7/,
    ],
    [
      'a login that is needed says what to do',
      401,
      '{"error":{"code":"LOGIN_NEEDED"}}',
      'LOGIN_NEEDED',
      /MILLRACE_TOKEN.*millrace token create/,
    ],
    ['an answer that is not JSON', 200, '<html>', 'SERVER_UNREACHABLE', /JSON/],
    ['an error that is none of ours', 500, '{"error":{"code":"WEIRD"}}', 'SERVER_UNREACHABLE', /no Millrace/],
    ['a redirect is not followed', 302, '', 'SERVER_UNREACHABLE', /redirect/],
  ]
  for (const [title, status, answer, code, told] of refusals) {
    test(title, () =>
      withServer(status, answer, async (url) => {
        await assert.rejects(client(url).ask('GET /admin/v1/sources'), (error: AppError) => {
          assert.equal(error.code, code)
          assert.match(error.explanation, told)
          return true
        })
      }),
    )
  }

  test('nobody there is told with the address', async () => {
    await assert.rejects(client('http://127.0.0.1:1').ask('GET /admin/v1/sources'), (error) => {
      assert.ok(error instanceof AppError && error.code === 'SERVER_UNREACHABLE')
      assert.match(error.explanation, /http:\/\/127\.0\.0\.1:1/)
      return true
    })
  })
})
