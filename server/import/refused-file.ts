import { closeSync, existsSync, fsyncSync, ftruncateSync, openSync, rmSync, writeSync } from 'node:fs'

export type RefusedLine = {
  readonly line: number
  readonly code: string
  readonly reason: string
  /** The call as it was in the file, or would have been sent. */
  readonly call: unknown
}

/** The file of refused calls: made with the first, and cut to what the state of the import knows of when it goes on. */
export function refusedFile(path: string | undefined, known_bytes: number) {
  let file: number | undefined
  let bytes = known_bytes
  if (path !== undefined && known_bytes === 0) rmSync(path, { force: true })
  return {
    /** On the disk when it returns. */
    add(lines: readonly RefusedLine[]): void {
      if (path === undefined || lines.length === 0) return
      if (file === undefined) {
        file = openSync(path, existsSync(path) ? 'r+' : 'w')
        ftruncateSync(file, bytes)
      }
      const text = Buffer.from(lines.map((line) => `${JSON.stringify(line)}\n`).join(''))
      writeSync(file, text, 0, text.length, bytes)
      fsyncSync(file)
      bytes += text.length
    },
    bytes: () => bytes,
    close(): void {
      if (file !== undefined) closeSync(file)
    },
  }
}
