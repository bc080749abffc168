import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'

/** On a machine that is busy with other things a start takes that long, and is no mistake. */
const READY_WITHIN_MS = 120_000
const LOOK_EVERY_MS = 10
const OUTPUT_CHARS_MAX = 100_000
const LAST_WORDS_CHARS_MAX = 4_000
const GREETING = /^(Millrace takes events|The admin API is) at /

export type ServerProcessOptions = {
  /** The file that starts the server. */
  readonly main: string
  /** Holds the configuration, `millrace.yaml`. */
  readonly folder: string
  readonly dataFolder?: string
  /** Words before the command, such as those that put it into a namespace. */
  readonly prefix?: readonly string[]
  readonly flags?: readonly string[]
}

/** The server as a process of its own, which can be killed and started again on the same data and ports. */
export async function startServerProcess(options: ServerProcessOptions) {
  const { main, folder, dataFolder = join(folder, 'data'), flags = [] } = options
  let { prefix = [] } = options
  const [port, adminPort] = [await freePort(), await freePort()]
  const url = `http://127.0.0.1:${port}`
  const adminUrl = `http://127.0.0.1:${adminPort}`
  const ports = ['--port', `${port}`, '--admin-port', `${adminPort}`]
  const files = ['--config', join(folder, 'millrace.yaml'), '--data', dataFolder]
  // The receiver is on this machine, and what is sent is more than a client would.
  const open = ['--allow-private', 'loopback', '--rate-key-per-second', '0']
  const words = [main, 'start', ...files, ...ports, ...open, '--log-level', 'error', '--login', 'off']
  let child: ChildProcess | undefined
  let output = ''

  function spawnServer(): void {
    const command = [...prefix, process.execPath, ...words, ...flags]
    // Nothing of this process's environment may change what is verified.
    child = spawn(command[0] as string, command.slice(1), { env: {}, stdio: ['ignore', 'pipe', 'pipe'] })
    for (const stream of [child.stderr, child.stdout]) {
      stream?.on('data', (text) => {
        output = (output + text).slice(-OUTPUT_CHARS_MAX)
      })
    }
  }

  async function end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
    const exited = once(child, 'exit')
    child.kill(signal)
    await exited
  }

  async function start(): Promise<void> {
    spawnServer()
    await ready(
      url,
      () => child?.exitCode === null,
      () => output,
    )
  }

  await start().catch((error) => end('SIGKILL').then(() => Promise.reject(error)))
  return {
    url,
    adminUrl,
    /** What it said, without its greetings. */
    output: () => withoutGreetings(output),
    isAlive: () =>
      fetch(`${url}/healthz`).then(
        ({ status }) => status === 200,
        () => false,
      ),
    pid: () => child?.pid,
    kill: () => end('SIGKILL'),
    start,
    /** Starts it, and does not wait until it is ready. */
    spawn: spawnServer,
    async killAndRestart(): Promise<void> {
      await end('SIGKILL')
      await start()
    },
    /** From the next start on. */
    setPrefix(words: readonly string[]): void {
      prefix = words
    },
    stop: () => end('SIGTERM'),
  }
}
export type ServerProcess = Awaited<ReturnType<typeof startServerProcess>>

function withoutGreetings(output: string): string {
  const lines = output.split('\n').filter((line) => line !== '' && !GREETING.test(line))
  return lines.join('\n')
}

async function ready(url: string, isRunning: () => boolean, output: () => string): Promise<void> {
  const until = Date.now() + READY_WITHIN_MS
  while (Date.now() < until && isRunning()) {
    const answer = await fetch(`${url}/readyz`).catch(() => undefined)
    await answer?.arrayBuffer().catch(() => undefined)
    if (answer?.status === 200) return
    await wait(LOOK_EVERY_MS)
  }
  throw new Error(`the server did not become ready:\n${output()}`)
}

/** For whoever looks for the cause of a problem. */
export function lastWords(server: ServerProcess): readonly string[] {
  const words = server.output().slice(-LAST_WORDS_CHARS_MAX)
  return words === '' ? [] : [`The server said at last: ${words}`]
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  return typeof address === 'object' && address !== null ? address.port : 0
}
