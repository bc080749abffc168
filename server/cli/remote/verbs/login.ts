import { hostname } from 'node:os'
import type { AnswerOf } from '../../../../contract/route.ts'
import type { Routes } from '../../../../contract/routes.ts'
import { AppError } from '../../../../core/errors.ts'
import { adminClient, type Client } from '../../client.ts'
import { knownProfile } from '../place.ts'
import { PROFILE_NAME, type Profile } from '../profiles.ts'
import type { Call, Verb } from '../verb.ts'

type Me = AnswerOf<Routes['GET /admin/v1/me']>
const LINK = /^(https?:\/\/[^#]*)\/link#([\w-]{1,200})$/

export const loginVerbs: readonly Verb[] = [
  {
    name: 'login',
    summary: 'Log in to a server, with address, password and code, or with a token, and keep it as a profile',
    flags: {
      link: { value: 'LINK', help: 'Of the first start, an invitation or a reset: become who it is for' },
      email: { value: 'ADDRESS', help: 'Is asked for when left out' },
    },
    run: login,
  },
  {
    name: 'logout',
    summary: 'Forget the token of a profile, here; with --revoke, on the server too',
    flags: { revoke: { help: 'Asks for the password, for a token revokes nothing' } },
    run: logout,
  },
  {
    name: 'whoami',
    summary: 'Who one is on the server, and what one may do',
    run: whoAmI,
  },
  {
    name: 'profiles list',
    summary: 'The servers that one has logged in to',
    async run({ deps, print }) {
      const { current, profiles } = deps.profiles.read()
      // Tokens are shown nowhere.
      const all = Object.entries(profiles).map(([name, { url, email, expiresAt }]) => {
        return { name, url, email, expiresAt, current: name === current }
      })
      print.list(all, {
        columns: [
          ['', (one) => (one.current ? '*' : '')],
          ['name', (one) => one.name, 'fixed'],
          ['address', (one) => one.url],
          ['as', (one) => one.email ?? ''],
          ['expires', (one) => print.time(one.expiresAt)],
        ],
        id: (one) => one.name,
        none: 'There are none: "millrace login" makes one.',
      })
      return 0
    },
  },
  {
    name: 'profiles use',
    summary: 'Use a profile where nothing else is said',
    args: [{ name: 'NAME' }],
    async run({ deps, args: [name = ''], print }) {
      const known = deps.profiles.read()
      knownProfile(name, known)
      deps.profiles.write({ ...known, current: name })
      print.one({ current: name }, [`"${name}" is used from now on.`], name)
      return 0
    },
  },
]

async function whoAmI({ client, place, deps, print }: Call): Promise<number> {
  const me = await client.ask('GET /admin/v1/me')
  const kept = deps.profiles.read().profiles[place.profile]
  // A token has a name of its own; whose it is, the login has kept.
  const email = me.email ?? (kept?.token === place.token ? kept?.email : undefined)
  const lines = [
    `${me.name}${email === undefined ? '' : ` <${email}>`} at ${place.url}`,
    `${me.role}, by ${me.via}; personal values are ${me.personal ? 'shown' : 'masked'}`,
  ]
  print.one({ ...me, ...(email === undefined ? {} : { email }), url: place.url }, lines, email ?? me.name)
  return 0
}

async function login(call: Call): Promise<number> {
  const { flag, place, deps, print } = call
  if (!PROFILE_NAME.test(place.profile)) throw invalid('--profile must be a short name')
  const [, linkUrl, linkToken] = LINK.exec(flag('link') ?? '') ?? []
  if (flag('link') !== undefined && linkUrl === undefined) throw invalid('--link is no link of this product')
  const url = linkUrl ?? place.url
  const made = await (flag('token') !== undefined
    ? byToken(call, flag('token') ?? '')
    : byPerson(call, url, linkToken))
  const known = deps.profiles.read()
  const profiles = { ...known.profiles, [place.profile]: { ...made.profile, url } }
  deps.profiles.write({ current: place.profile, profiles })
  const { me } = made
  print.one(
    { profile: place.profile, url, name: me.name, role: me.role, expiresAt: made.profile.expiresAt },
    [`You are ${me.name}, ${me.role}, at ${url}. Kept as profile "${place.profile}".`],
    place.profile,
  )
  return 0
}

type Made = { readonly profile: Omit<Profile, 'url'>; readonly me: Me }

async function byToken({ client }: Call, token: string): Promise<Made> {
  const me = await client.ask('GET /admin/v1/me')
  return { profile: { token }, me }
}

/** A session that lasts as long as this command, in which a token for the next ones is made. */
async function byPerson(call: Call, url: string, linkToken: string | undefined): Promise<Made> {
  const { client, me } = await sessionOf(call, url, linkToken)
  if (me === undefined) return { profile: {}, me: await client.ask('GET /admin/v1/me') }
  const { token, text } = await client.ask('POST /admin/v1/tokens', {
    body: { name: `millrace login at ${hostname()}`.slice(0, 100), role: me.role, personal: me.personal },
  })
  await client.ask('POST /admin/v1/logout')
  const { email } = me
  return {
    me,
    profile: {
      token: text,
      ...(email === undefined ? {} : { email }),
      ...(token.expiresAt === undefined ? {} : { expiresAt: token.expiresAt }),
    },
  }
}

/**
 * Asks the person who they are. Where login is off, nobody is asked and `me` is absent.
 * @throws {AppError} LOGIN_FAILED and what else the server says.
 */
export async function sessionOf(
  { deps, flag, place }: Call,
  url = place.url,
  linkToken?: string,
): Promise<{ readonly client: Client; readonly me?: Me }> {
  const client = adminClient({ ask: deps.inSession() }, { url })
  const { login: state, password: isPasswordTaken, needsSetUp } = await client.ask('GET /admin/v1/login')
  if (state === 'off') return { client }
  if (needsSetUp && linkToken === undefined)
    throw invalid('nobody can log in yet: give the link that the server printed, with --link')
  if (!isPasswordTaken && linkToken === undefined)
    throw invalid(
      'people log in by single sign-on there: make a token in the pages, and give it with --token',
    )
  const answer = await (linkToken === undefined
    ? withPassword({ deps, flag, place }, client)
    : withLink({ deps, flag }, client, linkToken))
  if (answer.status === 'in') return { client, me: answer.me }
  const code = await deps.prompt('Code of your app, or a recovery code')
  const last = await client.ask('POST /admin/v1/login/code', { body: { step: answer.step, code } })
  if (last.status !== 'in') throw new AppError('LOGIN_FAILED')
  return { client, me: last.me }
}

async function withPassword({ deps, flag, place }: Pick<Call, 'deps' | 'flag' | 'place'>, client: Client) {
  const kept = deps.profiles.read().profiles[place.profile]
  const usual = kept?.url === place.url ? kept.email : undefined
  const email = flag('email') ?? usual ?? (await deps.prompt('E-mail'))
  const password = await deps.prompt(`Password of ${email}`, true)
  return client.ask('POST /admin/v1/login', { body: { email, password } })
}

async function withLink({ deps, flag }: Pick<Call, 'deps' | 'flag'>, client: Client, token: string) {
  const { kind, email } = await client.ask('POST /admin/v1/links/look', { body: { token } })
  const who = email === undefined ? { email: flag('email') ?? (await deps.prompt('E-mail')) } : {}
  const name = kind === 'reset' ? {} : { name: await deps.prompt('Your name') }
  const password = await deps.prompt('New password, 12 characters or more', true)
  if ((await deps.prompt('The same once more', true)) !== password) throw invalid('the passwords differ')
  return client.ask('POST /admin/v1/links/use', { body: { token, ...who, ...name, password } })
}

async function logout(call: Call): Promise<number> {
  const { deps, place, has, print } = call
  const known = deps.profiles.read()
  knownProfile(place.profile, known)
  const { [place.profile]: gone, ...profiles } = known.profiles
  if (has('revoke') && gone?.token !== undefined) {
    const { client, me } = await sessionOf(call)
    const { tokens } = await client.ask('GET /admin/v1/tokens')
    const id = tokens.find(({ begins }) => gone.token?.startsWith(begins.replace(/…$/, '')) === true)?.id
    if (id !== undefined) await client.ask('DELETE /admin/v1/tokens/:id', { params: { id } })
    if (me !== undefined) await client.ask('POST /admin/v1/logout')
  }
  deps.profiles.write({ current: known.current, profiles })
  print.one({ profile: place.profile }, [`"${place.profile}" is forgotten.`], place.profile)
  if (gone?.token !== undefined && !has('revoke'))
    print.note('Its token is still good: "millrace tokens revoke" ends it on the server.')
  return 0
}

function invalid(problem: string): AppError {
  return new AppError('OPTION_INVALID', { problem })
}
