import type { DryRun, FileProgress, ImportEnd } from '../import/import-one.ts'
import { duration, number } from './replay-lines.ts'

const BAR_CHARS = 24
const NAMES_SHOWN = 10
/** Heap's limit for an app: https://developers.heap.io/reference/bulk-track */
const HEAP_EVENTS_PER_MINUTE = 15_000
const OLD_DAYS = 365
const DAY_MS = 86_400_000
const MINUTE_MS = 60_000

/** How an import gets on: since when, and what it had done by then, so that a part done earlier counts for no speed. */
export type Since = { readonly began_ms: number; readonly progress: FileProgress }

/** `[####----] 43 %, 430,000 sent (12,300/s), 12 refused, about 2 min left`; without percent where nobody knows the whole. */
export function importLine({ counts, bytes, bytes_max }: FileProgress, since: Since, now_ms: number): string {
  const past_ms = Math.max(1, now_ms - since.began_ms)
  const perSecond = ((counts.sent - since.progress.counts.sent) * 1_000) / past_ms
  const skipped = counts.skipped === 0 ? [] : [`${number(counts.skipped)} skipped`]
  const words = [
    `${number(counts.sent)} sent (${number(Math.round(perSecond))}/s)`,
    `${number(counts.refused)} refused`,
    ...skipped,
  ]
  if (bytes_max === 0) return words.join(', ')
  const share = Math.min(1, bytes / bytes_max)
  const full = Math.floor(share * BAR_CHARS)
  const read = bytes - since.progress.bytes
  const left = read > 0 ? [`about ${duration(((bytes_max - bytes) * past_ms) / read)} left`] : []
  const drawn = `[${'#'.repeat(full)}${'-'.repeat(BAR_CHARS - full)}]`
  return [`${drawn} ${Math.floor(share * 100)} %`, ...words, ...left].join(', ')
}

export function endLines(file: string, { status, counts, refusedFile }: ImportEnd): readonly string[] {
  const { sent, refused, skipped } = counts
  const told = `${number(sent)} sent, ${number(refused)} refused, ${number(skipped)} skipped`
  const lines = {
    done: `${file}: done. ${told}.`,
    stopped: `${file}: stopped. ${told}. The same command goes on from there.`,
    before: `${file}: was done before. ${told}. --restart imports it again.`,
  }
  return [lines[status], ...(refused === 0 ? [] : [`What was refused, and why: ${refusedFile}`])]
}

export function dryRunLines(file: string, dryRun: DryRun, now_ms: number): readonly string[] {
  const { good, skipped, refused, types, events, oldest, newest, firstRefused, format, compression } = dryRun
  const kind = compression === 'none' ? format : `${format}, ${compression}`
  const names = mostFirst(events)
  const more = names.length > NAMES_SHOWN ? [`and ${number(names.length - NAMES_SHOWN)} more`] : []
  return [
    `${file} (${kind}): ${number(good)} to send, ${number(refused)} refused, ${number(skipped)} skipped. Nothing was sent.`,
    ...(types.size === 0 ? [] : [`  types: ${listed(mostFirst(types))}`]),
    ...(names.length === 0 ? [] : [`  events: ${[listed(names.slice(0, NAMES_SHOWN)), ...more].join(', ')}`]),
    ...(oldest === undefined ? [] : [`  from ${oldest} to ${newest}`]),
    ...firstRefused.map(({ line, code, reason }) => `  line ${number(line)}: ${code}: ${reason}`),
    ...(refused > firstRefused.length ? [`  and ${number(refused - firstRefused.length)} more refused`] : []),
    ...warnings(dryRun, now_ms).map((text) => `  Warning: ${text}`),
  ]
}

function warnings({ good, untimed, future, switching, oldest }: DryRun, now_ms: number): readonly string[] {
  const old_days = oldest === undefined ? 0 : Math.floor((now_ms - Date.parse(oldest)) / DAY_MS)
  const heap_ms = (good / HEAP_EVENTS_PER_MINUTE) * MINUTE_MS
  return [
    ...(untimed === 0
      ? []
      : [`${number(untimed)} say nothing of when they were: they get the time of the import.`]),
    ...(future === 0 ? [] : [`${number(future)} lie in the future.`]),
    ...(switching === 0
      ? []
      : [
          `${number(switching)} switch destinations off by their integrations; --destinations says otherwise.`,
        ]),
    ...(old_days <= OLD_DAYS
      ? []
      : [
          `the oldest is ${number(old_days)} days old. Heap documents no limit: send a few first (--to), and look for them there.`,
        ]),
    ...(heap_ms <= MINUTE_MS
      ? []
      : [
          `Heap takes ${number(HEAP_EVENTS_PER_MINUTE)} events a minute: it has all after ${duration(heap_ms)}.`,
        ]),
  ]
}

function mostFirst(counts: ReadonlyMap<string, number>): readonly (readonly [string, number])[] {
  return [...counts].sort(([, one], [, other]) => other - one)
}

function listed(counts: readonly (readonly [string, number])[]): string {
  return counts.map(([name, count]) => `${name} ${number(count)}`).join(', ')
}
