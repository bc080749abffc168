/** A line of the old and the new text that stand beside each other; absent where only the other has one. */
export type DiffLine = {
  readonly kind: 'same' | 'changed' | 'removed' | 'added'
  readonly was?: string
  readonly becomes?: string
}

/** Above this, lines are compared in place: the exact way takes time and memory with the square. */
const EXACT_LINES_MAX = 1_500

/** What becomes of each line: the longest common run of lines stays. */
export function diffLines(was: string, becomes: string): readonly DiffLine[] {
  const [left, right] = [was.split('\n'), becomes.split('\n')]
  if (left.length > EXACT_LINES_MAX || right.length > EXACT_LINES_MAX) return inPlace(left, right)
  return pair(walk(left, right, commonLengths(left, right)))
}

/** `[i][j]`: how many lines the ends of both, from i and from j on, have in common. */
function commonLengths(left: readonly string[], right: readonly string[]): readonly Uint16Array[] {
  const lengths = Array.from({ length: left.length + 1 }, () => new Uint16Array(right.length + 1))
  for (let i = left.length - 1; i >= 0; i -= 1) {
    const [row, below] = [lengths[i] as Uint16Array, lengths[i + 1] as Uint16Array]
    for (let j = right.length - 1; j >= 0; j -= 1) {
      row[j] =
        left[i] === right[j]
          ? (below[j + 1] as number) + 1
          : Math.max(below[j] as number, row[j + 1] as number)
    }
  }
  return lengths
}

function walk(
  left: readonly string[],
  right: readonly string[],
  lengths: readonly Uint16Array[],
): readonly DiffLine[] {
  const lines: DiffLine[] = []
  let [i, j] = [0, 0]
  while (i < left.length || j < right.length) {
    const [was, becomes] = [left[i], right[j]]
    const skipLeft = lengths[i + 1]?.[j] ?? -1
    const skipRight = lengths[i]?.[j + 1] ?? -1
    if (was !== undefined && was === becomes) {
      lines.push({ kind: 'same', was, becomes })
      i += 1
      j += 1
    } else if (was !== undefined && (becomes === undefined || skipLeft >= skipRight)) {
      lines.push({ kind: 'removed', was })
      i += 1
    } else {
      lines.push({ kind: 'added', becomes: becomes as string })
      j += 1
    }
  }
  return lines
}

/** Removed lines and the added ones behind them stand beside each other, as changed. */
function pair(lines: readonly DiffLine[]): readonly DiffLine[] {
  const paired: DiffLine[] = []
  let at = 0
  while (at < lines.length) {
    const line = lines[at] as DiffLine
    if (line.kind === 'same') {
      paired.push(line)
      at += 1
      continue
    }
    const end = lines.findIndex(({ kind }, index) => index > at && kind === 'same')
    const block = lines.slice(at, end === -1 ? lines.length : end)
    const removed = block.flatMap(({ kind, was }) => (kind === 'removed' ? [was as string] : []))
    const added = block.flatMap(({ kind, becomes }) => (kind === 'added' ? [becomes as string] : []))
    paired.push(...inPlace(removed, added))
    at += block.length
  }
  return paired
}

function inPlace(left: readonly string[], right: readonly string[]): readonly DiffLine[] {
  return Array.from({ length: Math.max(left.length, right.length) }, (_, index): DiffLine => {
    const [was, becomes] = [left[index], right[index]]
    if (was === undefined) return { kind: 'added', becomes: becomes as string }
    if (becomes === undefined) return { kind: 'removed', was }
    return { kind: was === becomes ? 'same' : 'changed', was, becomes }
  })
}
