import { addressParam, type Entry } from '../events/entry.ts'

type Shown = {
  /** What is shown; undefined while nothing has come. */
  readonly entry: Entry | undefined
  /** What came while one looked, and is to stay. */
  readonly arrived: Entry | undefined
  /** How many of the live ones came after what stays. */
  readonly count: number
}

/**
 * Which entry Set-up shows. `live` and `older` are newest first; `kept` is what stays. The first event that comes is what a
 * person waits for: a refused call is shown until there is one.
 */
export function firstShown(live: readonly Entry[], older: readonly Entry[], kept: Entry | undefined): Shown {
  const arrived = kept ?? live.findLast(({ kind }) => kind === 'event')
  if (arrived === undefined) {
    const entry = live[0] ?? older.find(({ kind }) => kind === 'event') ?? older[0]
    return { entry, arrived, count: 0 }
  }
  const at = live.findIndex((one) => addressParam(one) === addressParam(arrived))
  return { entry: arrived, arrived, count: at === -1 ? live.length : at }
}
