import { ROLES, type Role, TOKEN_DAYS_DEFAULT } from '../../../../contract/roles.ts'
import { given, invalid } from '../body.ts'
import type { Call, Verb } from '../verb.ts'
import { sessionOf } from './login.ts'

const EMAIL = { value: 'ADDRESS', help: 'Who you are; the password is asked for' } as const

export const tokenVerbs: readonly Verb[] = [
  {
    name: 'tokens list',
    summary: 'API tokens, the newest first: all of them for an admin, for others their own',
    async run({ client, print }) {
      print.list((await client.ask('GET /admin/v1/tokens')).tokens, {
        columns: [
          ['id', ({ id }) => id, 'fixed'],
          ['name', ({ name }) => name],
          ['begins', ({ begins }) => begins],
          ['role', ({ role }) => role],
          ['state', ({ state }) => [state, state === 'active' ? 'good' : 'dim']],
          ['made by', ({ madeBy }) => madeBy.name],
          ['expires', ({ expiresAt }) => print.time(expiresAt)],
          ['used', ({ usedAt }) => print.time(usedAt)],
        ],
        id: ({ id }) => id,
        none: 'There are none.',
      })
      return 0
    },
  },
  {
    name: 'tokens create',
    summary: 'Make a token; it is shown this once. A token makes none, so the password is asked for',
    flags: {
      name: { value: 'NAME', help: 'What people call it' },
      role: { value: 'ROLE', help: 'viewer when left out', choices: ROLES },
      days: { value: 'N', help: `Until it expires: ${TOKEN_DAYS_DEFAULT} when left out, or never` },
      personal: { help: 'It may see personal values' },
      email: EMAIL,
    },
    run: create,
  },
  {
    name: 'tokens revoke',
    summary: 'Revoke a token at once. A token revokes none, so the password is asked for',
    args: [{ name: 'ID' }],
    flags: { email: EMAIL },
    async run(call) {
      const [id = ''] = call.args
      await asPerson(call, (client) => client.ask('DELETE /admin/v1/tokens/:id', { params: { id } }))
      call.print.one({ id }, ['It is good no more.'], id)
      return 0
    },
  },
]

async function create(call: Call): Promise<number> {
  const { flag, has, print } = call
  const name = flag('name')
  if (name === undefined) throw invalid('--name says what people call it')
  const days = flag('days')
  if (days !== undefined && !/^(\d{1,4}|never)$/.test(days))
    throw invalid('--days must be a number, or never')
  const body = given({
    name,
    role: (flag('role') ?? 'viewer') as Role,
    personal: has('personal') ? true : undefined,
    expires_days: days === undefined ? undefined : days === 'never' ? null : Number(days),
  })
  const made = await asPerson(call, (client) => client.ask('POST /admin/v1/tokens', { body }))
  print.note(`Token ${made.token.id}. It is shown this once: keep it as you keep a password.`)
  print.one(made, [made.text], made.text)
  return 0
}

/** In a session of the person, which ends with it. */
async function asPerson<T>(
  call: Call,
  use: (client: Awaited<ReturnType<typeof sessionOf>>['client']) => Promise<T>,
): Promise<T> {
  const { client, me } = await sessionOf(call)
  try {
    return await use(client)
  } finally {
    if (me !== undefined) await client.ask('POST /admin/v1/logout')
  }
}
