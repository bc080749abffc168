import type { Configuration } from '../../core/configuration.ts'
import type { Destination } from '../../core/destination.ts'
import type { Command, Io } from './command.ts'
import { loadConfiguration, type TransformChecksOf } from './load-configuration.ts'
import type { Environment } from './references.ts'

type RunningApp = {
  /** Each undefined where this process has not that role. */
  readonly url: string | undefined
  readonly adminUrl: string | undefined
  readonly healthUrl?: string | undefined
  /** Where the first admin is made, while there is nobody who could log in. */
  readonly setUpUrl: string | undefined
  readonly stop: () => Promise<void>
}

/** What `start` needs of the server, without knowing how it is put together. */
export type StartDeps = {
  readonly catalogue: ReadonlyMap<string, Destination>
  readonly environment?: Environment
  /** Reads the options. @throws {AppError} OPTION_INVALID */
  readonly transformChecks?: TransformChecksOf
  readonly prepare: (args: readonly string[]) => {
    readonly configFile: string | undefined
    readonly isLoginOn: boolean
    readonly startApp: (configuration: Configuration | undefined) => Promise<RunningApp>
  }
  /** Resolves when a person or the system asks the server to stop. */
  readonly askedToStop: () => Promise<void>
}

type Started = RunningApp & { readonly isLoginOn: boolean }
type Greet = (app: Started, configuration: Configuration | undefined, io: Io) => void

/** `start` and `dev` differ only in what they are given and in what they say. */
function startCommand(
  words: Pick<Command<StartDeps>, 'name' | 'summary' | 'usage'>,
  greet: Greet,
): Command<StartDeps> {
  return {
    ...words,
    async run({ catalogue, environment, transformChecks, prepare, askedToStop }, args, io) {
      const { configFile, isLoginOn, startApp } = prepare(args)
      const loaded =
        configFile === undefined
          ? undefined
          : await loadConfiguration(configFile, catalogue, environment, transformChecks)
      if (loaded?.ok === false) {
        for (const line of loaded.problems) io.err(line)
        return 1
      }
      const app = await startApp(loaded?.configuration)
      greet({ ...app, isLoginOn }, loaded?.configuration, io)
      await askedToStop()
      await app.stop()
      return 0
    },
  }
}

export const start = startCommand(
  {
    name: 'start',
    summary: 'Take events and deliver them',
    usage: 'millrace start [--config FILE] [--data FOLDER] [--port N] [--host ADDRESS] …',
  },
  ({ url, adminUrl, healthUrl, setUpUrl, isLoginOn }, _configuration, io) => {
    if (url !== undefined) io.out(`Millrace takes events at ${url}`)
    if (adminUrl !== undefined) {
      io.out(`The admin API is at ${adminUrl}/admin/v1, on this machine only; its pages are at ${adminUrl}/`)
    }
    if (healthUrl !== undefined) io.out(`How it is: ${healthUrl}/readyz and ${healthUrl}/metrics`)
    if (!isLoginOn && adminUrl !== undefined) io.out('Login is off: whoever reaches the admin port is admin.')
    if (setUpUrl !== undefined) {
      io.out(
        `Nobody can log in yet. This link makes the first admin; it is good once, for a day:\n${setUpUrl}`,
      )
    }
  },
)

export const dev = startCommand(
  {
    name: 'dev',
    summary: 'Try it: demo sources, and a Heap that is a sandbox on this machine',
    usage: 'millrace dev [--port N] …',
  },
  ({ url, adminUrl, setUpUrl, isLoginOn }, configuration, io) => {
    const writeKey = configuration?.sources[0]?.writeKey ?? 'WRITE_KEY'
    io.out(`
Millrace runs. This is a workspace for trying it: on this machine only, ${isLoginOn ? 'with login' : 'and login is off'}.
${setUpUrl === undefined ? '' : `\n  The first admin is made here, once:\n    ${setUpUrl}\n`}
  The pages:
    ${adminUrl}/

  Send an event:
    curl -u ${writeKey}: ${url}/v1/track -d '{"userId":"ada","event":"Signed Up","properties":{"plan":"pro"}}'

  See it arrive in the sandbox, which stands in for Heap:
    ${adminUrl}/sandbox/

  What happened to it:
    ${adminUrl}/admin/v1/events       what came in
    ${adminUrl}/admin/v1/attempts     what was sent, and the answer
    ${adminUrl}/admin/v1/dead-letters what could not be delivered, and why

  Client libraries: host ${url}, write key ${writeKey}
  Configuration: examples/dev.yaml    Stop: Ctrl-C
`)
  },
)
