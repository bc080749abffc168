import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { BARE_ENVIRONMENT } from '../../bare-environment.ts'
import { KEYS } from './ingest-requests.ts'

const MAIN = join(import.meta.dirname, '../../../server/main.ts')
const OUTPUT_CHARS_MAX = 10_000
const READY_WITHIN_MS = 60_000

const CONFIGURATION = `sources:
  - { id: fuzz-open, name: Open, kind: http, writeKey: ${KEYS.open} }
  - { id: fuzz-site, name: Site, kind: javascript, writeKey: ${KEYS.site}, origins: [https://shop.example, "https://*.shop.example"] }
  - { id: fuzz-off, name: Off, kind: http, writeKey: ${KEYS.disabled}, disabledWriteKeys: [${KEYS.disabled}] }
  - { id: fuzz-gone, name: Gone, kind: http, writeKey: fuzz-gone-key }
destinations:
  - { id: fuzz-gone, kind: webhook, name: Gone, paused: true, sources: [fuzz-gone], settings: { url: "https://gone.invalid/" } }
`

/** The real server as a process of its own, with a log of its own. */
export async function startVictim() {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-fuzz-'))
  writeFileSync(join(folder, 'millrace.yaml'), CONFIGURATION)
  const files = ['--config', join(folder, 'millrace.yaml'), '--data', join(folder, 'data')]
  // All requests come with a few keys, and the memory for duplicates must not look like a leak.
  const limits = ['--rate-key-per-second', '0', '--dedupe-ids-max', '20000', '--log-level', 'error']
  const child = spawn(
    process.execPath,
    [MAIN, 'start', ...files, ...limits, '--login', 'off', '--port', '0', '--admin-port', '0'],
    {
      env: BARE_ENVIRONMENT,
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  )
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (text) => {
      output = (output + text).slice(-OUTPUT_CHARS_MAX)
    })
  }
  const exited = once(child, 'exit')
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null
  const began_ms = performance.now()
  const find = () => /takes events at \S+:(\d+)\n.* is at \S+?:(\d+)\/admin/.exec(output)
  let ports = find()
  while (ports === null) {
    if (hasEnded() || performance.now() - began_ms > READY_WITHIN_MS) throw new Error(`no server: ${output}`)
    await Promise.race([once(child.stdout, 'data'), exited])
    ports = find()
  }
  return {
    port: Number(ports[1]),
    adminPort: Number(ports[2]),
    logFile: join(folder, 'data', 'log.db'),
    hasEnded,
    output: () => output,
    /** What it holds of the machine's memory; 0 where there is no /proc. */
    resident_mib(): number {
      try {
        const found = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))
        return Number(found?.[1] ?? 0) / 1_024
      } catch {
        return 0
      }
    },
    async stop(): Promise<void> {
      if (!hasEnded()) child.kill('SIGTERM')
      await exited
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}
export type Victim = Awaited<ReturnType<typeof startVictim>>
