import type { DryRun, FileProgress, ImportDeps, ImportEnd, ImportOptions } from '../import/import-one.ts'
import type { Command, Io } from './command.ts'
import { dryRunLines, endLines, importLine, type Since } from './import-lines.ts'
import { type ImportCall, readImportCall } from './import-options.ts'

export type ImportCommandDeps = {
  readonly environment: (name: string) => string | undefined
  readonly importOne: (
    file: string,
    options: ImportOptions,
    deps: Pick<ImportDeps, 'onProgress'> & { readonly onWait: (ms: number, why: string) => void },
  ) => Promise<ImportEnd>
  readonly tryOne: (file: string, options: ImportOptions, refused_max: number) => Promise<DryRun>
  readonly now_ms: () => number
  /** Writes over the line before, on a terminal. */
  readonly draw: ((text: string) => void) | undefined
}

/** Where nothing is drawn over, a line comes this often. */
const LINE_EVERY_MS = 10_000
const DRAW_EVERY_MS = 200
const STOPPED_CODE = 130

/** Sends the calls of files to a source over HTTP. Progress goes to the error output, and what became of it to the output. */
export const importCommand: Command<ImportCommandDeps> = {
  name: 'import',
  summary:
    'Send the events of files (NDJSON, JSON, CSV; gzip, zstd) to a source, with the time that they have',
  usage:
    'millrace import FILE...|- --write-key KEY [--url URL] [--dry-run [--first-errors N]] [--rate 500/s]\n' +
    '      [--destinations ID,...|none] [--from TIME] [--to TIME] [--format ndjson|json|csv] [--name NAME]\n' +
    '      [--restart] [--allow-refused]\n' +
    '      for CSV: [--map COLUMN=PATH[:TYPE]]... [--only-mapped] [--type TYPE] [--event NAME] [--columns A,B,...]\n' +
    '      [--delimiter C] [--date-format FORMAT] [--zone ZONE]',

  async run(deps, args, io) {
    const call = readImportCall(args, deps.environment('MILLRACE_WRITE_KEY'))
    return call.isDryRun ? tried(deps, call, io) : imported(deps, call, io)
  },
}

async function tried(deps: ImportCommandDeps, call: ImportCall, io: Io): Promise<number> {
  let refused = 0
  for (const file of call.files) {
    const dryRun = await deps.tryOne(file, call.options, call.errors_max)
    for (const line of dryRunLines(file, dryRun, deps.now_ms())) io.out(line)
    refused += dryRun.refused
  }
  return codeOf(refused, call)
}

async function imported(deps: ImportCommandDeps, call: ImportCall, io: Io): Promise<number> {
  let refused = 0
  for (const file of call.files) {
    const shown = progressOf(deps, file, io)
    let end: ImportEnd
    try {
      end = await deps.importOne(file, call.options, shown)
    } finally {
      deps.draw?.('')
    }
    for (const line of endLines(file, end)) io.out(line)
    if (end.status === 'stopped') return STOPPED_CODE
    refused += end.counts.refused
  }
  return codeOf(refused, call)
}

function codeOf(refused: number, { isRefusedAllowed }: ImportCall): number {
  return refused > 0 && !isRefusedAllowed ? 1 : 0
}

function progressOf({ draw, now_ms }: ImportCommandDeps, file: string, io: Io) {
  let since: Since | undefined
  let shown_ms = now_ms()
  return {
    onProgress(progress: FileProgress): void {
      const now = now_ms()
      since ??= { began_ms: now, progress }
      if (now - shown_ms < (draw === undefined ? LINE_EVERY_MS : DRAW_EVERY_MS)) return
      shown_ms = now
      const line = importLine(progress, since, now)
      if (draw === undefined) io.err(`${file}: ${line}`)
      else draw(line)
    },
    onWait(ms: number, why: string): void {
      const text = `${file}: waiting ${Math.ceil(ms / 1_000)} s: ${why}`
      if (draw === undefined) io.err(text)
      else draw(text)
    },
  }
}
