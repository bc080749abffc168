import { type LookupAddress, type LookupOptions, lookup as systemLookup } from 'node:dns'
import { promisify } from 'node:util'

/**
 * The system's lookup holds one of the four threads that files and compression need as well, for as long as a name server
 * does not answer: https://nodejs.org/api/dns.html#implementation-considerations
 */
const LOOKUPS_MAX = 2
/** A lookup that takes longer is answered with what was found the last time, where there is that. */
const PATIENCE_MS = 2_000
const NAMES_MAX = 1_000

type Found = readonly LookupAddress[]
type Callback = (
  error: NodeJS.ErrnoException | null,
  address: string | LookupAddress[],
  family?: number,
) => void
/** As Node's own `dns.lookup`. */
export type Lookup = (name: string, options: LookupOptions, callback: Callback) => void
export type Resolve = (name: string, options: LookupOptions) => Promise<Found>

/**
 * Looks up the names of all receivers: each name once at a time, and few at a time, so that names which cannot be found
 * hold neither the threads nor, once they have been found, each other.
 */
export function sharedLookup(resolve: Resolve = systemResolve, patience_ms = PATIENCE_MS): Lookup {
  const running = new Map<string, Promise<Found>>()
  const known = new Map<string, Found>()
  const waiting: (() => void)[] = []
  let busy = 0

  async function inTurn(name: string, options: LookupOptions): Promise<Found> {
    if (busy < LOOKUPS_MAX) busy += 1
    else {
      await new Promise<void>((resolve) => {
        waiting.push(resolve)
      })
    }
    try {
      const found = await resolve(name, options)
      known.delete(name)
      known.set(name, found)
      for (const oldest of known.keys()) {
        if (known.size <= NAMES_MAX) break
        known.delete(oldest)
      }
      return found
    } finally {
      const next = waiting.shift()
      if (next === undefined) busy -= 1
      else next()
    }
  }

  function once(name: string, options: LookupOptions): Promise<Found> {
    const before = running.get(name)
    if (before !== undefined) return before
    const now = inTurn(name, options).finally(() => running.delete(name))
    running.set(name, now)
    return now
  }

  async function find(name: string, options: LookupOptions): Promise<Found> {
    const old = known.get(name)
    const found = once(name, options)
    return old === undefined ? found : orAfter(patience_ms, found, old)
  }

  /** As Node's own `dns.lookup`: for the `lookup` option of a connection. */
  return function lookup(name: string, options: LookupOptions, callback: Callback): void {
    find(name, { ...options, all: true }).then(
      (found) => {
        if (options.all === true) callback(null, [...found])
        else callback(null, found[0]?.address ?? '', found[0]?.family ?? 4)
      },
      (error) => callback(error, ''),
    )
  }
}

async function orAfter(ms: number, found: Promise<Found>, old: Found): Promise<Found> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<Found>((resolve) => {
    timer = setTimeout(() => resolve(old), ms)
  })
  try {
    return await Promise.race([found, late])
  } finally {
    clearTimeout(timer)
  }
}

const promised = promisify(systemLookup)

function systemResolve(name: string, options: LookupOptions): Promise<Found> {
  return promised(name, { ...options, all: true })
}
