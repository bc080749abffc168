/** Where a command writes. A test passes its own. */
export type Io = { readonly out: (line: string) => void; readonly err: (line: string) => void }

/** A command of the command line. `run` returns the exit code: 0 done, 1 it failed, 2 the call was wrong. */
export type Command<Deps> = {
  readonly name: string
  readonly summary: string
  readonly usage: string
  readonly run: (deps: Deps, args: readonly string[], io: Io) => Promise<number>
}
