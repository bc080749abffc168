import type { Tone } from './print.ts'

/** A text, and how it is painted on a terminal. */
export type Cell = string | readonly [text: string, tone: Tone | undefined]
/** `fixed`: never cut, for ids that people copy. `number`: to the right. */
export type Column<T> = readonly [title: string, of: (item: T) => Cell, kind?: 'fixed' | 'number']

const GAP = '  '
/** A column is not cut below this, however narrow the terminal is. */
const COLUMN_CHARS_MIN = 6

export const textOf = (cell: Cell): string => (typeof cell === 'string' ? cell : cell[0])
export const toneOf = (cell: Cell): Tone | undefined => (typeof cell === 'string' ? undefined : cell[1])

/**
 * Without what would move a cursor or change a terminal: names of events come from strangers. Lines and tabs stay lines
 * and tabs where a text has them.
 */
export function clean(text: string): string {
  return text.replaceAll(/(?![\t\n])[\p{Cc}\p{Bidi_Control}]/gu, '\ufffd')
}

/** Lines of a table, cut to `columns` characters where that is known: the widest columns give way first. */
export function table<T>(
  items: readonly T[],
  shown: readonly Column<T>[],
  {
    columns,
    paint,
  }: {
    readonly columns: number | undefined
    readonly paint: (text: string, tone: Tone | undefined) => string
  },
): readonly string[] {
  const rows = items.map((item) => shown.map(([, of]) => of(item)))
  const texts = rows.map((row) => row.map((cell) => clean(textOf(cell)).replaceAll(/[\n\t]/g, ' ')))
  const titles = shown.map(([title]) => title.toUpperCase())
  const widths = fit(
    titles.map((title, at) => Math.max(title.length, ...texts.map((row) => (row[at] ?? '').length))),
    shown.map(([, , kind]) => kind !== undefined),
    columns,
  )
  const line = (row: readonly string[], toneAt: (at: number) => Tone | undefined) =>
    row
      .map((text, at) => {
        const cut = cutTo(text, widths[at] ?? 0)
        const isLast = at === row.length - 1
        const padded =
          shown[at]?.[2] === 'number'
            ? cut.padStart(widths[at] ?? 0)
            : isLast
              ? cut
              : cut.padEnd(widths[at] ?? 0)
        return paint(padded, toneAt(at))
      })
      .join(GAP)
      .trimEnd()
  return [
    line(titles, () => 'dim'),
    ...texts.map((row, index) => line(row, (at) => toneOf(rows[index]?.[at] ?? ''))),
  ]
}

function fit(
  natural: readonly number[],
  isFixed: readonly boolean[],
  columns: number | undefined,
): readonly number[] {
  const widths = [...natural]
  if (columns === undefined) return widths
  const room = columns - GAP.length * (widths.length - 1)
  for (let over = sum(widths) - room; over > 0; over--) {
    const widest = widths.reduce<number | undefined>((best, width, at) => {
      if (isFixed[at] === true || width <= COLUMN_CHARS_MIN) return best
      return best === undefined || width > (widths[best] ?? 0) ? at : best
    }, undefined)
    if (widest === undefined) break
    widths[widest] = (widths[widest] ?? 0) - 1
  }
  return widths
}

const sum = (numbers: readonly number[]) => numbers.reduce((all, one) => all + one, 0)
const cutTo = (text: string, width: number) =>
  text.length <= width ? text : `${text.slice(0, Math.max(0, width - 1))}…`
