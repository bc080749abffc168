import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import type { Result } from './harness.ts'
import { benchmarksPage } from './page.ts'

export type Told = { readonly machine: string; readonly rounds: number; readonly note: string }
export type Figures = Readonly<Record<string, Figured>>
export type Figured = {
  readonly results: readonly Result[]
  readonly machine: string
  readonly note: string
  readonly rounds: number
}

/** What the page is made of, so that one part can be measured anew beside the others. */
const FIGURES = new URL('../docs/benchmarks.json', import.meta.url)
const PAGE = new URL('../docs/benchmarks.md', import.meta.url)

/** Puts what was measured into docs/benchmarks.json, in place of what was measured of the same parts before, and writes the page. */
export function writeFigures(
  measured: Readonly<Record<string, readonly Result[]>>,
  { machine, rounds, note }: Told,
): void {
  const before = existsSync(FIGURES) ? (JSON.parse(readFileSync(FIGURES, 'utf8')) as Figures) : {}
  const now = Object.entries(measured).map(([part, results]) => [part, { results, machine, note, rounds }])
  const figures: Figures = { ...before, ...(Object.fromEntries(now) as Figures) }
  writeFileSync(FIGURES, `${JSON.stringify(figures, rounded, 1)}\n`)
  writeFileSync(PAGE, benchmarksPage(figures))
}

/** Three digits say what a figure of such a run can say. */
function rounded(_name: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(4)) : value
}
