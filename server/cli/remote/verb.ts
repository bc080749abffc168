import type { Client, ClientDeps } from '../client.ts'
import type { Print } from './print.ts'
import type { Profiles } from './profiles.ts'

/** A flag of a verb. Without `value` it is a switch. */
export type Flag = {
  /** What stands for its value in help: `ID`. */
  readonly value?: string
  readonly help: string
  /** It may be given several times. */
  readonly many?: true
  readonly choices?: readonly string[]
}
/** A word that is given without a name; all must be there, unless it says otherwise. */
export type Arg = {
  readonly name: string
  /** Looked up, so that a mistyped one can be corrected. */
  readonly of?: 'source' | 'destination'
  readonly isOptional?: true
  /** This and all that follow. */
  readonly isRest?: true
}

/** One thing that the command line does over the admin API. Help, completion and docs/cli.md are made from it. */
export type Verb = {
  /** `sources add` */
  readonly name: string
  readonly summary: string
  readonly args?: readonly Arg[]
  readonly flags?: Readonly<Record<string, Flag>>
  /** Exit code; nothing: 0. @throws {AppError} what the server refuses, and OPTION_INVALID. */
  readonly run: (call: Call) => Promise<number | undefined>
}

/** What was written on the command line, checked against the verb, and what to do it with. */
export type Call = {
  readonly client: Client
  readonly place: { readonly url: string; readonly token: string | undefined; readonly profile: string }
  readonly print: Print
  readonly deps: RemoteDeps
  /** The arguments in their order; those that must be there are. */
  readonly args: readonly string[]
  readonly flag: (name: string) => string | undefined
  /** All values of a flag that may be given several times. */
  readonly all: (name: string) => readonly string[]
  readonly has: (name: string) => boolean
}

/** One message of a stream of server-sent events. */
export type StreamMessage = { readonly id: string; readonly data: string }

/** What verbs need of the machine. A test passes its own. */
export type RemoteDeps = ClientDeps & {
  readonly terminal: {
    /** Absent where no person looks. */
    readonly columns: number | undefined
    readonly hasColours: boolean
  }
  readonly now_ms: () => number
  readonly newId: () => string
  /** False when the person asked to stop meanwhile. */
  readonly wait: (ms: number) => Promise<boolean>
  /** Ends when the server does, or when the person stops. @throws {AppError} SERVER_UNREACHABLE, or what the server says. */
  readonly listen: (
    url: string,
    asked: { readonly token: string | undefined; readonly after: string | undefined },
  ) => AsyncIterable<StreamMessage>
  /** A client that keeps the cookie it is given, for what only a person may do. */
  readonly inSession: () => ClientDeps['ask']
  /** The text of a file; `-` is the standard input. @throws {AppError} OPTION_INVALID */
  readonly readText: (file: string) => Promise<string>
  /** Asks the person; from a pipe, the next line. A secret is not shown. */
  readonly prompt: (question: string, isSecret?: true) => Promise<string>
  readonly profiles: { readonly read: () => Profiles; readonly write: (profiles: Profiles) => void }
}
