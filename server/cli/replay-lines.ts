import type { DryRun, Replay } from './replay.ts'

const BAR_CHARS = 24
const REASONS_SHOWN = 5

/** One line that is drawn over: how far it is, as a bar. */
export function bar(replay: Replay): string {
  const full = Math.round(shareOf(replay) * BAR_CHARS)
  return `[${'#'.repeat(full)}${'-'.repeat(BAR_CHARS - full)}] ${line(replay)}`
}

export function line(replay: Replay): string {
  const { looked, total, sent, refused, skipped, onTheirWay, left_ms } = replay
  const counts = [`${number(sent)} delivered`, `${number(refused)} refused`, `${number(skipped)} skipped`]
  const way = onTheirWay === 0 ? [] : [`${number(onTheirWay)} on their way`]
  const left = left_ms === undefined ? [] : [`about ${duration(left_ms)} left`]
  const share = Math.floor(shareOf(replay) * 100)
  return `${share} %, ${number(looked)} of ${number(total)}: ${[...counts, ...way, ...left].join(', ')}`
}

export function summary(replay: Replay, again: string): readonly string[] {
  const { id, state, reason, refused } = replay
  const is = `Replay ${id} is ${state}: ${line(replay)}.`
  if (state === 'stopped') return [is, `It goes on from there with: ${again}`]
  if (state === 'failed') return [is, reason?.text ?? '']
  return refused === 0 ? [is] : [is, 'What was refused is a dead letter, with its reason.']
}

export function dryRunLines({ total, tried, accepted, refused, skipped, reasons, warnings }: DryRun) {
  return [
    `${number(total)} to go through. Of the newest ${number(tried)}, ${number(accepted)} would be sent, ` +
      `${number(refused)} refused, ${number(skipped)} skipped. Nothing was sent.`,
    ...reasons
      .slice(0, REASONS_SHOWN)
      .map(({ code, text, count }) => `  ${number(count)} × ${code}: ${text}`),
    ...warnings.map((warning) => `Warning: ${warning}`),
  ]
}

/** What is on its way is not done. */
function shareOf({ total, looked, onTheirWay }: Replay): number {
  return total === 0 ? 1 : Math.max(0, Math.min(1, (looked - onTheirWay) / total))
}

export function duration(ms: number): string {
  const seconds = Math.ceil(ms / 1_000)
  if (seconds < 60) return `${seconds} s`
  const minutes = Math.ceil(seconds / 60)
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}

export function number(count: number): string {
  return count.toLocaleString('en-US')
}
