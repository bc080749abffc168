const LAST_MAX = 60

/** What happened, in order: its newest lines, and a number that two runs of a seed must share. */
export function simTrace(now_ms: () => number, print?: (line: string) => void) {
  const lines: string[] = []
  let hash = 0x811c9dc5
  let count = 0
  return {
    note(text: string): void {
      const line = `${(now_ms() / 1_000).toFixed(3)} ${text}`
      // FNV-1a: http://www.isthe.com/chongo/tech/comp/fnv/
      for (let at = 0; at < line.length; at++) hash = Math.imul(hash ^ line.charCodeAt(at), 0x01000193)
      count += 1
      lines.push(line)
      if (lines.length > LAST_MAX) lines.shift()
      print?.(line)
    },
    last: (): readonly string[] => lines,
    hash: () => `${count}-${(hash >>> 0).toString(16)}`,
  }
}
export type SimTrace = ReturnType<typeof simTrace>
