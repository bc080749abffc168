import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { number } from './equation.ts'
import { verifyFullDisk } from './full-disk.ts'
import { verifyKills } from './kills.ts'
import type { Outcome } from './outcome.ts'
import type { DiskKind } from './small-disk.ts'

export type VerifyOptions = {
  /** The file that starts the server. */
  readonly main: string
  readonly kills: number
  readonly events: number
  /** No kill comes later than this. */
  readonly minutes: number
  readonly seed: number
  readonly disk: DiskKind | 'off'
  readonly say: (line: string) => void
}

/**
 * Runs the server as it will run, against clients and a receiver that are hard on it, and says whether everything that it
 * answered 200 for is accounted for. Leaves nothing behind.
 *
 * @returns What is wrong; nothing when all is well.
 */
export async function verify(options: VerifyOptions): Promise<readonly string[]> {
  const { kills, events, seed, minutes, disk, say } = options
  const folder = mkdtempSync(join(tmpdir(), 'millrace-verify-'))
  const indented = (line: string) => say(`  ${line}`)
  try {
    say(`Kills: ${kills} times kill -9 while ${number(events)} events come in. Seed ${seed}.`)
    const killsFolder = join(folder, 'kills')
    mkdirSync(killsFolder)
    const until_ms = Date.now() + minutes * 60_000
    const killed = await verifyKills({ ...options, folder: killsFolder, until_ms, say: indented })
    killed.lines.forEach(indented)

    const outcomes: Outcome[] = [killed]
    if (disk !== 'off') {
      say('Full disk:')
      const diskFolder = join(folder, 'full-disk')
      mkdirSync(diskFolder)
      const filled = await verifyFullDisk({ ...options, disk, folder: diskFolder, say: indented })
      filled.lines.forEach(indented)
      outcomes.push(filled)
    }
    return outcomes.flatMap(({ problems }) => problems)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
