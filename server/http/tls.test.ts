import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { request as httpsRequest } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, beforeEach, describe, test } from 'node:test'
import { connect, type TLSSocket, type Server as TlsServer } from 'node:tls'
import type { FastifyInstance } from 'fastify'
import { httpListener, listen } from './listener.ts'
import { PAIRS } from './tls.fixtures.ts'
import { followTls, readTls } from './tls.ts'

describe('TLS', () => {
  let folder = ''
  let files = { certFile: '', keyFile: '' }
  function put(pair: { readonly cert: string; readonly key: string }): void {
    writeFileSync(files.certFile, pair.cert)
    writeFileSync(files.keyFile, pair.key)
  }
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'millrace-tls-'))
    files = { certFile: join(folder, 'cert.pem'), keyFile: join(folder, 'key.pem') }
  })
  beforeEach(() => put(PAIRS.first))
  after(() => rmSync(folder, { recursive: true }))

  const wrong: readonly [what: string, break_: () => void, problem: RegExp][] = [
    ['a file that is not there', () => rmSync(files.certFile), /ENOENT/],
    ['a file that is no certificate', () => put({ cert: 'no certificate', key: PAIRS.first.key }), /ERR_/],
    [
      'a key of another certificate',
      () => put({ cert: PAIRS.first.cert, key: PAIRS.second.key }),
      /MISMATCH/,
    ],
  ]
  for (const [what, break_, problem] of wrong) {
    test(`refuses ${what}, and says so`, () => {
      break_()
      assert.throws(
        () => readTls(files),
        (error: Error & { code?: string; details?: { problem?: string } }) => {
          assert.equal(error.code, 'TLS_UNREADABLE')
          assert.match(error.details?.problem ?? '', problem)
          assert.doesNotMatch(JSON.stringify(error.details), /PRIVATE/)
          return true
        },
      )
    })
  }

  /** A connection, and the name in the certificate that it got. */
  async function opened(server: FastifyInstance): Promise<{ socket: TLSSocket; name: string }> {
    const { port } = server.server.address() as { port: number }
    const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false })
    await once(socket, 'secureConnect')
    return { socket, name: String(socket.getPeerCertificate().subject.CN) }
  }

  test('serves HTTPS, and takes a new certificate for new connections while the others go on', async () => {
    const current = readTls(files)
    const server = httpListener({ body_bytes_max: 100, onFault: () => {}, tls: current })
    server.get('/thing', async () => 'served')
    const url = await listen(server, '127.0.0.1', 0)
    assert.match(url, /^https:/)
    const told: string[] = []
    const following = followTls([server.server as unknown as TlsServer], files, {
      current,
      onChange: () => told.push('changed'),
      onTrouble: () => told.push('trouble'),
    })
    const old = await opened(server)
    assert.equal(old.name, 'first')

    following.look()
    assert.deepEqual(told, [])
    put({ cert: PAIRS.second.cert, key: PAIRS.first.key })
    following.look()
    following.look()
    assert.deepEqual(told, ['trouble'])
    const meanwhile = await opened(server)
    assert.equal(meanwhile.name, 'first')
    put(PAIRS.second)
    following.look()
    assert.deepEqual(told, ['trouble', 'changed'])
    const fresh = await opened(server)
    assert.equal(fresh.name, 'second')

    old.socket.write('GET /thing HTTP/1.1\r\nhost: here\r\n\r\n')
    const [answer] = await once(old.socket, 'data')
    assert.match(String(answer), /^HTTP\/1\.1 200 .*served$/s)
    following.stop()
    for (const { socket } of [old, meanwhile, fresh]) socket.destroy()
    await server.close()
  })

  test('is not less than 1.2', async () => {
    const server = httpListener({ body_bytes_max: 100, onFault: () => {}, tls: PAIRS.first })
    const url = await listen(server, '127.0.0.1', 0)
    const asked = httpsRequest(url, { rejectUnauthorized: false, minVersion: 'TLSv1', maxVersion: 'TLSv1.1' })
    asked.end()
    await assert.rejects(once(asked, 'response'))
    await server.close()
  })
})
