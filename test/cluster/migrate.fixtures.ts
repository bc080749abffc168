import { spawn } from 'node:child_process'
import { join } from 'node:path'
import type { Sandbox } from '../../sandbox/server.ts'

const MAIN = join(import.meta.dirname, '../../server/main.ts')

/** `millrace migrate` as a process of its own. */
export function spawnMigrate(args: readonly string[], env: Record<string, string> = {}) {
  const child = spawn(process.execPath, [MAIN, 'migrate', ...args], { env })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (said += text))
  const ended = new Promise<number | null>((resolve) => child.once('close', (code) => resolve(code)))
  return {
    said: () => said,
    ended,
    kill() {
      child.kill('SIGKILL')
      return ended
    },
  }
}

/** Of each person the numbers of the events that arrived, in the order in which they came. */
export function arrived({ heap }: Sandbox, appId: string): ReadonlyMap<string, readonly number[]> {
  const found = new Map<string, number[]>()
  heap.visitEvents(appId, (person, { properties }) => {
    const who = person.identity ?? person.userIds[0] ?? ''
    found.set(who, [...(found.get(who) ?? []), Number(properties['n'])])
  })
  return found
}
