import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { AppError } from '../../core/errors.ts'
import { errorOf, send } from './http.fixtures.ts'
import { httpListener, listen } from './listener.ts'

function makeServer() {
  const faults: unknown[] = []
  return {
    faults,
    server: httpListener({ body_bytes_max: 1_000, onFault: (error) => faults.push(error) }),
  }
}

describe('a listener', () => {
  test('hands a body over as its bytes', async () => {
    const { server } = makeServer()
    server.post('/bytes', async ({ body }) => ({ bytes: [...(body as Uint8Array)] }))
    const payload = Buffer.from([0, 255, 13, 10, 195])
    const headers = { 'content-type': 'application/json' }
    const answer = await server.inject({ method: 'POST', url: '/bytes', payload, headers })
    assert.deepEqual(answer.json(), { bytes: [0, 255, 13, 10, 195] })
    await server.close()
  })

  test('names a bug INTERNAL, tells nobody outside what it was, and reports it', async () => {
    const { server, faults } = makeServer()
    server.get('/bug', async () => {
      throw new TypeError('the password is hunter2')
    })
    const url = await listen(server, '127.0.0.1', 0)
    try {
      const answer = await send(`${url}/bug`, { method: 'GET' })
      assert.deepEqual([answer.status, errorOf(answer)], [500, { code: 'INTERNAL', details: {} }])
      assert.ok(!answer.text.includes('hunter2'))
      assert.match(String(faults[0]), /hunter2/)
    } finally {
      await server.close()
    }
  })

  test('answers an error of the table with its status and facts, and does not report it', async () => {
    const { server, faults } = makeServer()
    server.get('/full', async () => {
      throw new AppError('QUERY_INVALID', { parameter: 'limit' })
    })
    const answer = await server.inject('/full')
    assert.equal(answer.statusCode, 400)
    assert.deepEqual(answer.json(), {
      success: false,
      error: {
        code: 'QUERY_INVALID',
        message: 'A parameter of the request is not valid.',
        details: { parameter: 'limit' },
      },
    })
    assert.deepEqual(faults, [])
    await server.close()
  })

  test('on a port that is taken is PORT_IN_USE with the address', async () => {
    const first = makeServer().server
    const second = makeServer().server
    const port = Number(new URL(await listen(first, '127.0.0.1', 0)).port)
    try {
      await assert.rejects(listen(second, '127.0.0.1', port), {
        code: 'PORT_IN_USE',
        details: { host: '127.0.0.1', port },
      })
    } finally {
      await Promise.all([first.close(), second.close()])
    }
  })

  test('on an address that this machine does not have is an error that is not hidden', async () => {
    const { server } = makeServer()
    await assert.rejects(listen(server, '192.0.2.1', 0), { code: 'EADDRNOTAVAIL' })
    await server.close()
  })
})
