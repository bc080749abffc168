import { callsOf } from './calls.ts'
import { type CallRules, makeCall } from './make-call.ts'
import type { ImportRecord, Place } from './place.ts'
import { type RefusedLine, refusedFile } from './refused-file.ts'
import { type SendDeps, sendCalls } from './send.ts'
import type { ImportCounts } from './state-file.ts'

/** Well below what ingest takes: https://segment.com/docs/connections/sources/catalog/libraries/server/http-api/#batch */
export const BATCH_CALLS = 500
const BATCH_CHARS = 400_000
/** Where calls are skipped or refused, the place is kept this often all the same. */
const BATCH_RECORDS = 5_000
/** With a rate, so that the calls come evenly. */
const BATCHES_PER_SECOND = 4

export type Progress = { readonly counts: ImportCounts; readonly at: Place; readonly refused_bytes: number }
export type ImportRun = {
  readonly records: AsyncIterable<readonly ImportRecord[]>
  readonly rules: CallRules
  /** What was done before. */
  readonly begin: Progress
  readonly refusedFile: string | undefined
  /** Calls a second; left out: as fast as the server takes them. */
  readonly rate?: number | undefined
  readonly send: SendDeps
  readonly isStopped: () => boolean
  /** After each batch: everything up to there is settled. */
  readonly onSettled: (progress: Progress) => void
}

type Batch = {
  readonly texts: string[]
  readonly lines: number[]
  readonly refused: RefusedLine[]
  chars: number
  skipped: number
  records: number
  end: Place | undefined
}

/**
 * Sends the calls of records in order, one batch after the other: the next is read while one is on its way. What is told as
 * settled is at the server or in the file of refused calls; of what is not, at most one batch may be at the server.
 *
 * @returns False when it was stopped before the end. @throws {AppError} as `sendCalls`, and what reading throws.
 */
export async function importRecords(run: ImportRun): Promise<boolean> {
  const { begin, send } = run
  const calls_max = batchCalls(run.rate)
  const refusals = refusedFile(run.refusedFile, begin.refused_bytes)
  const pace = pacer(run.rate, send)
  let { counts } = begin
  let batch = emptyBatch()
  let isWhole = true
  let onItsWay: Promise<void> = Promise.resolve()

  async function settle({ texts, lines, refused, skipped, end }: Batch): Promise<void> {
    if (!isWhole) return
    if (!(await pace(texts.length))) return stop()
    const sent = texts.length === 0 ? NOTHING_SENT : await sendCalls(send, texts)
    if (sent.status === 'stopped') return stop()
    const byServer = sent.refused.map(({ index, code, reason }): RefusedLine => {
      return { line: lines[index] as number, code, reason, call: JSON.parse(texts[index] as string) }
    })
    refusals.add([...refused, ...byServer])
    counts = {
      sent: counts.sent + texts.length - byServer.length,
      refused: counts.refused + refused.length + byServer.length,
      skipped: counts.skipped + skipped,
    }
    run.onSettled({ counts, at: end ?? begin.at, refused_bytes: refusals.bytes() })
  }
  function stop(): void {
    isWhole = false
  }
  async function handOver(): Promise<void> {
    await onItsWay
    const { end } = batch
    onItsWay = settle(batch)
    // It is awaited before the next one; until then its failure is nobody's yet.
    onItsWay.catch(() => {})
    batch = emptyBatch(end)
  }

  try {
    for await (const records of run.records) {
      for (const record of records) {
        addRecord(batch, record, run)
        if (isFull(batch, calls_max)) await handOver()
      }
      if (run.isStopped()) stop()
      if (!isWhole) break
    }
  } finally {
    // What was read before reading failed is good.
    try {
      await handOver()
      await onItsWay
    } finally {
      refusals.close()
    }
  }
  return isWhole
}

const NOTHING_SENT = { status: 'taken', refused: [] } as const

function batchCalls(rate: number | undefined): number {
  if (rate === undefined) return BATCH_CALLS
  return Math.min(BATCH_CALLS, Math.max(1, Math.ceil(rate / BATCHES_PER_SECOND)))
}

function emptyBatch(end?: Place): Batch {
  return { texts: [], lines: [], refused: [], chars: 0, skipped: 0, records: 0, end }
}

function isFull({ texts, chars, records }: Batch, calls_max: number): boolean {
  return texts.length >= calls_max || chars >= BATCH_CHARS || records >= BATCH_RECORDS
}

function addRecord(batch: Batch, record: ImportRecord, { rules, send }: ImportRun): void {
  const { line } = record
  batch.records += 1
  batch.end = record.end
  if (!('value' in record)) {
    batch.refused.push({ line, code: record.code, reason: record.reason, call: record.text })
    return
  }
  for (const [index, raw] of callsOf(record.value).entries()) {
    const made = makeCall(raw, { line, index }, rules, send.now_ms())
    switch (made.status) {
      case 'ready':
        batch.texts.push(made.text)
        batch.lines.push(line)
        batch.chars += made.text.length
        break
      case 'skipped':
        batch.skipped += 1
        break
      case 'refused':
        batch.refused.push({ line, code: made.code, reason: made.reason, call: raw })
    }
  }
}

/** Waits until so many calls may go. False when it was asked to stop meanwhile. */
function pacer(rate: number | undefined, { wait, now_ms }: SendDeps) {
  let free_ms = now_ms()
  return async (calls: number): Promise<boolean> => {
    if (rate === undefined || calls === 0) return true
    const ms = free_ms - now_ms()
    if (ms > 0 && !(await wait(ms))) return false
    free_ms = Math.max(free_ms, now_ms()) + (calls / rate) * 1_000
    return true
  }
}
