import { didYouMean } from '../../../core/did-you-mean.ts'
import { AppError } from '../../../core/errors.ts'
import { type ClientFlags, clientPlace } from '../client.ts'
import type { Profiles } from './profiles.ts'
import type { Call } from './verb.ts'

type Asked = ClientFlags & { readonly profile?: string | undefined }
type Environment = (name: string) => string | undefined

/**
 * Where to ask, and as whom: flags, then variables, then the profile; `--profile` goes before variables. The token of a
 * profile goes to the address of that profile and to no other. @throws {AppError} OPTION_INVALID
 */
export function placeOf(
  flags: Asked,
  environment: Environment,
  { current, profiles }: Profiles,
): Call['place'] {
  const variable: Environment = flags.profile === undefined ? environment : () => undefined
  const name = flags.profile ?? (variable('MILLRACE_PROFILE') || current)
  const profile = profiles[name]
  const given = flags.url ?? (variable('MILLRACE_URL') || profile?.url)
  const { url, token } = clientPlace({ url: given, token: flags.token }, (asked) =>
    asked === 'MILLRACE_TOKEN' ? variable(asked) : undefined,
  )
  return { url, token: token ?? (profile?.url === url ? profile.token : undefined), profile: name }
}

/** @throws {AppError} OPTION_INVALID */
export function knownProfile(name: string, { profiles }: Profiles): void {
  if (Object.hasOwn(profiles, name)) return
  const near = didYouMean(name, Object.keys(profiles))
  const problem = `there is no profile "${name}"${near === undefined ? '' : `; did you mean "${near}"?`}`
  throw new AppError('OPTION_INVALID', { problem })
}
