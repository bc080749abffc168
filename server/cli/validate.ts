import type { Configuration, Instance } from '../../core/configuration.ts'
import type { Destination } from '../../core/destination.ts'
import { subscriptionHints } from '../../core/explain.ts'
import type { Command } from './command.ts'
import { loadConfigurations, lookUpBeside } from './load-configuration.ts'
import { readFlags } from './options.ts'
import type { Environment } from './references.ts'

export type ValidateDeps = {
  readonly catalogue: ReadonlyMap<string, Destination>
  readonly environment?: Environment
  /** The file when none is named. */
  readonly configFile: (given: string | undefined) => string | undefined
  /** What the configuration needs and this installation has not; not the file's fault. */
  readonly missing?: (configuration: Configuration) => Promise<string | undefined>
}

const FLAGS = {
  config: { env: 'MILLRACE_CONFIG', fallback: '', help: '' },
  env: { env: '', fallback: '', help: '' },
}

export const validate: Command<ValidateDeps> = {
  name: 'validate',
  summary: 'Check a configuration file and tell everything that is wrong with it',
  usage: 'millrace validate [FILE… | --config FILE] [--env NAME]',

  async run({ catalogue, environment, configFile, missing }, args, io) {
    const { flags, rest } = readFlags(args, FLAGS)
    const usual = rest.length > 0 ? undefined : configFile(flags.config)
    const files = usual === undefined ? rest : [usual]
    if (files.length === 0) {
      io.err(`usage: ${validate.usage}`)
      return 2
    }
    const loaded = await loadConfigurations({ files, env: flags.env }, catalogue, (merged) =>
      lookUpBeside(merged, environment ?? (() => undefined)),
    )
    if (!loaded.ok) {
      for (const line of loaded.problems) io.err(line)
      io.err(loaded.problems.length === 1 ? '1 problem' : `${loaded.problems.length} problems`)
      return 1
    }
    const { sources, instances } = loaded.configuration
    for (const line of instances.flatMap(warnings)) io.err(line)
    const lacking = await missing?.(loaded.configuration)
    if (lacking !== undefined) io.err(`warning: ${lacking}`)
    io.out(`The configuration is valid. Sources: ${sources.length}. Destinations: ${instances.length}.`)
    return 0
  },
}

/** What is allowed, and most likely mistaken. */
function warnings({ id, subscriptions }: Instance): readonly string[] {
  return subscriptions.flatMap((subscription) =>
    subscriptionHints(subscription).map(
      ({ at, problem }) => `warning: ${[id, subscription.id, ...at].join(' › ')}: ${problem}`,
    ),
  )
}
