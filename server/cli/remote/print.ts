import { styleText } from 'node:util'
import type { Io } from '../command.ts'
import { ago } from './ago.ts'
import { type Cell, type Column, clean, table, textOf, toneOf } from './table.ts'

export type Tone = 'good' | 'bad' | 'warn' | 'dim' | 'strong'
const STYLES = { good: 'green', bad: 'red', warn: 'yellow', dim: 'dim', strong: 'bold' } as const

type Listed<T> = {
  readonly columns: readonly Column<T>[]
  readonly id: (item: T) => string | number
  /** What is said where there are none. */
  readonly none: string
  /** `--before` of the rest. */
  readonly next?: string | undefined
}

/** How a verb tells what it found. With --json everything is JSON, one value a line; with --quiet ids alone. */
export type Print = {
  readonly isJson: boolean
  readonly list: <T>(items: readonly T[], listed: Listed<T>) => void
  /** One thing: as it is, or as lines for people. */
  readonly one: (json: unknown, lines: readonly Cell[], id?: string | number) => void
  /** To people alone, beside what is told: no part of the output. */
  readonly note: (text: string) => void
  /** Drawn over, on a terminal; '' takes it away. */
  readonly draw: (text: string) => void
  /** A time for people. */
  readonly time: (iso: string | undefined) => string
}

export type PrintOptions = {
  readonly json: boolean
  readonly quiet: boolean
  readonly utc: boolean
  readonly columns: number | undefined
  readonly hasColours: boolean
  readonly now_ms: () => number
  /** Absent where no person looks. */
  readonly draw: ((text: string) => void) | undefined
}

export function printer(io: Io, options: PrintOptions): Print {
  const { json, quiet, utc, columns, hasColours, now_ms } = options
  const paint = (text: string, tone: Tone | undefined) =>
    tone === undefined || !hasColours ? text : styleText(STYLES[tone], text, { validateStream: false })
  const note = (text: string) => {
    if (!json && !quiet) io.err(clean(text))
  }
  return {
    isJson: json,
    note,
    draw: json || quiet ? () => {} : (options.draw ?? (() => {})),
    list(items, listed) {
      if (json) for (const item of items) io.out(JSON.stringify(item))
      else if (quiet) for (const item of items) io.out(clean(String(listed.id(item))))
      else if (items.length === 0) note(listed.none)
      else for (const line of table(items, listed.columns, { columns, paint })) io.out(line)
      if (listed.next !== undefined) note(`There is more: --before ${listed.next}`)
    },
    one(value, lines, id) {
      if (json) io.out(JSON.stringify(value))
      else if (quiet) {
        if (id !== undefined) io.out(clean(String(id)))
      } else for (const line of lines) io.out(paint(clean(textOf(line)), toneOf(line)))
    },
    time: (iso) => (iso === undefined ? 'never' : utc ? iso : ago(iso, now_ms())),
  }
}
