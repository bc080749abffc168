import { createHash } from 'node:crypto'
import type { AuditRow } from './audit-schema.ts'

/** Where the chain stands: the last row, or the last that was removed. */
export type ChainEnd = { readonly number: number; readonly hash: string }
/** Before the first row. */
export const CHAIN_BEGIN: ChainEnd = { number: 0, hash: '0'.repeat(64) }
/** What a trim writes: the checkpoint, so that it is part of the chain itself. */
export const TRIMMED = 'audit.trimmed'

/** SHA-256, in hexadecimal, over the hash of the row before it and all that the row says. */
export function chainHash(previous: string, row: Omit<AuditRow, 'hash'>): string {
  const said = [
    ...[row.number, row.at_ms, row.ends, row.who, row.who_id, row.via, row.address, row.agent, row.request],
    ...[row.what, row.of_type, row.of_id, row.outcome, row.change, row.before, row.after],
  ]
  return createHash('sha256')
    .update(JSON.stringify([previous, ...said]))
    .digest('hex')
}

export type ChainReport =
  | { readonly ok: true; readonly rows: number; readonly end: ChainEnd }
  /** The first place at which it does not hold. */
  | { readonly ok: false; readonly rows: number; readonly at: number; readonly problem: string }

/**
 * Follows the chain from the checkpoint to its end. It shows rows that were changed, put in, or taken out of the middle, and a
 * checkpoint that no trim wrote. Rows that were cut off the end, or a chain that was made anew as a whole, show only to whoever
 * kept a number and hash from before, and gives them as `expected`.
 */
export async function followChain(
  rows: AsyncIterable<AuditRow>,
  checkpoint: ChainEnd | undefined,
  expected?: ChainEnd,
): Promise<ChainReport> {
  let end = checkpoint ?? CHAIN_BEGIN
  let count = 0
  let isAttested = checkpoint === undefined
  let isMet = expected === undefined || same(end, expected)
  for await (const row of rows) {
    const broken = (problem: string) => ({ ok: false as const, rows: count, at: row.number, problem })
    if (row.number !== end.number + 1) {
      const missing = row.number - end.number - 1
      return broken(`${missing === 1 ? '1 row is' : `${missing} rows are`} missing before it`)
    }
    if (chainHash(end.hash, row) !== row.hash) return broken('its hash does not fit what it says')
    isAttested ||= attests(row, checkpoint)
    isMet ||= same(row, expected)
    end = row
    count += 1
  }
  if (!isAttested) {
    const at = checkpoint?.number ?? 0
    return { ok: false, rows: count, at, problem: 'rows up to here were removed, and no trim says so' }
  }
  if (!isMet) {
    return {
      ok: false,
      rows: count,
      at: expected?.number ?? 0,
      problem: 'is not there with the hash that is expected',
    }
  }
  return { ok: true, rows: count, end: { number: end.number, hash: end.hash } }
}

function same(one: ChainEnd, other: ChainEnd | undefined): boolean {
  return one.number === other?.number && one.hash === other.hash
}

function attests({ what, after }: AuditRow, checkpoint: ChainEnd | undefined): boolean {
  if (what !== TRIMMED || after === null) return false
  return same(JSON.parse(after) as ChainEnd, checkpoint)
}
