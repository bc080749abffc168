import type { Configuration, Instance } from '../../core/configuration.ts'
import type { Destination } from '../../core/destination.ts'
import { subscriptionHints } from '../../core/explain.ts'
import type { Command } from './command.ts'
import { loadConfiguration, type TransformChecksOf } from './load-configuration.ts'
import { readFlags } from './options.ts'
import type { Environment } from './references.ts'

export type ValidateDeps = {
  readonly catalogue: ReadonlyMap<string, Destination>
  readonly environment?: Environment
  readonly transformChecks?: TransformChecksOf
  /** The file when none is named. */
  readonly configFile: (given: string | undefined) => string | undefined
  /** What the configuration needs and this installation has not; not the file's fault. */
  readonly missing?: (configuration: Configuration) => Promise<string | undefined>
}

export const validate: Command<ValidateDeps> = {
  name: 'validate',
  summary: 'Check a configuration file and tell everything that is wrong with it',
  usage: 'millrace validate [FILE | --config FILE]',

  async run({ catalogue, environment, transformChecks, configFile, missing }, args, io) {
    const { flags, rest } = readFlags(args, { config: { env: 'MILLRACE_CONFIG', fallback: '', help: '' } })
    const file = rest[0] ?? configFile(flags.config)
    if (file === undefined || rest.length > 1) {
      io.err(`usage: ${validate.usage}`)
      return 2
    }
    const loaded = await loadConfiguration(file, catalogue, environment, transformChecks)
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
