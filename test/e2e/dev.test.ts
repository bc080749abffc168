import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'

test('the workspace for trying it delivers to its sandbox, at other ports than the usual too', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-dev-'))
  const [port, adminPort] = [await freePort(), await freePort()]
  const at = ['--port', `${port}`, '--admin-port', `${adminPort}`, '--data', folder]
  const server = spawn(process.execPath, ['server/main.ts', 'dev', ...at], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  try {
    await said(server, 'Send an event')
    const addresses = ['--url', `http://127.0.0.1:${port}`, '--admin', `http://127.0.0.1:${adminPort}`]
    const smoke = spawn(process.execPath, ['scripts/smoke.ts', ...addresses], { stdio: 'inherit' })
    assert.deepEqual(await once(smoke, 'exit'), [0, null])
  } finally {
    const ended = once(server, 'exit')
    server.kill()
    await ended
    rmSync(folder, { recursive: true, force: true })
  }
})

async function said({ stdout }: ChildProcess, text: string): Promise<void> {
  let all = ''
  for await (const part of stdout ?? []) {
    all += String(part)
    if (all.includes(text)) return
  }
  assert.fail(`it ended without saying "${text}": ${all}`)
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  return typeof address === 'object' && address !== null ? address.port : assert.fail('no port')
}
