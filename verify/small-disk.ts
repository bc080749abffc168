import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync } from 'node:fs'

/** A place for data that can be made full, and have room again. */
export type SmallDisk = {
  /** For people: what it is. */
  readonly name: string
  readonly folder: string
  /** Words before the command of whoever is to see it. */
  readonly prefix: readonly string[]
  readonly fill: () => void
  readonly free: () => void
  /** The process that met the limit keeps it: there is room only for the next one. */
  readonly isForOneProcess: boolean
  readonly end: () => Promise<void>
}
export type NoDisk = { readonly skipped: string }

/** `auto`: the best that there is here. `files`: the limit on the size of files. */
export type DiskKind = 'auto' | 'files'

/**
 * A file system of its own in memory, in a namespace of its own: needs no rights where the system lets users have
 * namespaces. Where it does not, a limit on the size of each file, which every system has.
 */
export async function smallDisk(
  folder: string,
  size_mib: number,
  kind: DiskKind,
): Promise<SmallDisk | NoDisk> {
  mkdirSync(folder, { recursive: true })
  if (kind === 'files') return limitedFiles(folder, Math.ceil(size_mib / 4))
  const inMemory = await memoryDisk(folder, size_mib)
  if (!('skipped' in inMemory)) return inMemory
  const limited = limitedFiles(folder, Math.ceil(size_mib / 4))
  return 'skipped' in limited ? { skipped: `${inMemory.skipped}; ${limited.skipped}` } : limited
}

const READY = 'ready'

async function memoryDisk(folder: string, size_mib: number): Promise<SmallDisk | NoDisk> {
  if (process.platform !== 'linux') return { skipped: 'only Linux has namespaces' }
  const mount = `mount -t tmpfs -o size=${size_mib}m tmpfs "$0" && echo ${READY} && exec cat`
  // It holds the namespace until its standard input ends: with `end`, or with this process, however that dies.
  const holder = spawn('unshare', ['--user', '--map-root-user', '--mount', 'sh', '-c', mount, folder], {
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  const trouble = await mounted(holder)
  if (trouble !== undefined) return { skipped: `no file system in a namespace (${trouble})` }
  const prefix = ['nsenter', '--target', `${holder.pid}`, '--user', '--mount', '--preserve-credentials']
  const inside = (script: string) =>
    spawnSync(prefix[0] as string, [...prefix.slice(1), 'sh', '-c', script, `${folder}/ballast`])
  return {
    name: `a file system of ${size_mib} MiB in memory, in a namespace of its own`,
    folder,
    prefix,
    fill: () => void inside('cat /dev/zero > "$0" 2>/dev/null'),
    free: () => void inside('rm -f "$0"'),
    isForOneProcess: false,
    async end() {
      const ended = once(holder, 'exit')
      holder.stdin?.end()
      await ended
    },
  }
}

/** What is wrong; undefined when the file system is there. */
async function mounted(holder: ChildProcess): Promise<string | undefined> {
  let [out, err] = ['', '']
  holder.stderr?.on('data', (text) => {
    err += text
  })
  return new Promise((resolve) => {
    holder.stdout?.on('data', (text) => {
      out += text
      if (out.includes(READY)) resolve(undefined)
    })
    holder.on('error', ({ message }) => resolve(message))
    holder.on('close', () => resolve(err.trim() === '' ? 'it ended at once' : err.trim()))
  })
}

/** The unit of `ulimit -f` in the shells that are `sh`: 512 bytes, or 1,024. */
const BLOCK_BYTES = 512

function limitedFiles(folder: string, size_mib: number): SmallDisk | NoDisk {
  const blocks = (size_mib * 1_048_576) / BLOCK_BYTES
  const limit = `ulimit -f ${blocks} && exec "$@"`
  const { status, error } = spawnSync('sh', ['-c', limit, 'sh', 'true'])
  if (status !== 0)
    return { skipped: `no limit on the size of files (${error?.message ?? `status ${status}`})` }
  return {
    name: `a limit of ${size_mib} MiB on the size of each file`,
    folder,
    prefix: ['sh', '-c', limit, 'sh'],
    fill() {},
    free() {},
    isForOneProcess: true,
    async end() {},
  }
}
