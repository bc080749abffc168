import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'

const READY_WITHIN_MS = 20_000

/** The server as a process of its own, which can be killed and started again on the same data and port. */
export async function startVictim(folder: string) {
  const [port, adminPort] = [await freePort(), await freePort()]
  const url = `http://127.0.0.1:${port}`
  const adminUrl = `http://127.0.0.1:${adminPort}`
  let child: ChildProcess | undefined
  let output = ''

  async function start(): Promise<void> {
    const main = join(import.meta.dirname, '../../server/main.ts')
    const flags = [
      '--config',
      join(folder, 'millrace.yaml'),
      '--data',
      join(folder, 'data'),
      '--log-level',
      'error',
    ]
    child = spawn(process.execPath, [
      main,
      'start',
      ...flags,
      '--port',
      `${port}`,
      '--admin-port',
      `${adminPort}`,
    ])
    child.stderr?.on('data', (text) => {
      output += text
    })
    child.stdout?.on('data', (text) => {
      output += text
    })
    await ready()
  }

  async function ready(): Promise<void> {
    const until = Date.now() + READY_WITHIN_MS
    while (Date.now() < until) {
      if (child?.exitCode !== null) break
      const answer = await fetch(`${url}/readyz`).catch(() => undefined)
      if (answer?.status === 200) return
      await wait(10)
    }
    throw new Error(`the server did not become ready:\n${output}`)
  }

  async function end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    if (child === undefined || child.exitCode !== null) return
    const exited = once(child, 'exit')
    child.kill(signal)
    await exited
  }

  await start()
  return {
    url,
    adminUrl,
    output: () => output,
    async killAndRestart(): Promise<void> {
      await end('SIGKILL')
      await start()
    },
    stop: () => end('SIGTERM'),
  }
}
export type Victim = Awaited<ReturnType<typeof startVictim>>

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  return typeof address === 'object' && address !== null ? address.port : 0
}
