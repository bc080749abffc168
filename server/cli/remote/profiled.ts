import type { Profiles } from './profiles.ts'

type Environment = (name: string) => string | undefined

/**
 * The environment, as the profile in use completes it, for commands that know variables alone. The token of a profile goes
 * to the address of that profile: where another one is named, on the command line too, there is none.
 */
export function profiled(environment: Environment, args: readonly string[], known: Profiles): Environment {
  const { current, profiles } = known
  const profile = profiles[environment('MILLRACE_PROFILE') || current]
  const isElsewhere =
    (environment('MILLRACE_URL') ?? '') !== '' || args.some((word) => /^--(url|admin)(=|$)/.test(word))
  return (name) => {
    const given = environment(name)
    if ((given ?? '') !== '' || isElsewhere) return given
    if (name === 'MILLRACE_URL') return profile?.url
    return name === 'MILLRACE_TOKEN' ? profile?.token : given
  }
}
