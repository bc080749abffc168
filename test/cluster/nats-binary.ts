import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/** Where `scripts/get-nats-server.sh` puts the server. */
const CACHED = join(import.meta.dirname, '../../node_modules/.cache/nats-server/nats-server')
/** The oldest that knows atomic batches. */
const VERSION_MIN = [2, 12]

export type NatsBinary = { readonly path: string; readonly version: string }

/** The NATS server that tests start: the one named in `NATS_SERVER`, the fetched one, or one on the path; undefined: none that serves. */
export function findNats(): NatsBinary | undefined {
  const folders = ['/usr/sbin', ...(process.env['PATH'] ?? '').split(delimiter)]
  const places = [process.env['NATS_SERVER'], CACHED, ...folders.map((folder) => join(folder, 'nats-server'))]
  for (const path of places) {
    if (path === undefined || !existsSync(path)) continue
    const version = /v(\d+\.\d+\.\d+)/.exec(spawnSync(path, ['--version'], { encoding: 'utf8' }).stdout)?.[1]
    if (version !== undefined && isNewEnough(version)) return { path, version }
  }
  return undefined
}

/** What a test says that cannot run without. */
export const NO_NATS = 'needs nats-server 2.12 or later: scripts/get-nats-server.sh fetches one'

function isNewEnough(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const [majorMin = 0, minorMin = 0] = VERSION_MIN
  return major > majorMin || (major === majorMin && minor >= minorMin)
}
