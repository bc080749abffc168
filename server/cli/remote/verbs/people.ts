import { ROLES, type Role } from '../../../../contract/roles.ts'
import { AppError } from '../../../../core/errors.ts'
import { given, invalid } from '../body.ts'
import { meant } from '../read-call.ts'
import type { Call, Verb } from '../verb.ts'

const WHO = [{ name: 'PERSON' }] as const
const ROLE = { value: 'ROLE', help: 'What they may do', choices: ROLES } as const
const PERSONAL = { help: 'A viewer may see personal values' } as const

export const peopleVerbs: readonly Verb[] = [
  {
    name: 'people list',
    summary: 'Everybody who can log in, and who is invited',
    async run({ client, print }) {
      const [{ people }, { invitations }] = await Promise.all([
        client.ask('GET /admin/v1/people'),
        client.ask('GET /admin/v1/invitations'),
      ])
      const all = [
        ...people.map((one) => ({ ...one, state: one.disabled ? 'disabled' : 'active' })),
        ...invitations.map((one) => ({ ...one, name: '', state: 'invited', loginAt: undefined })),
      ]
      print.list(all, {
        columns: [
          ['id', ({ id }) => id, 'fixed'],
          ['address', ({ email }) => email],
          ['name', ({ name }) => name],
          ['role', ({ role }) => role],
          ['state', ({ state }) => (state === 'disabled' ? [state, 'bad'] : state)],
          ['last login', ({ loginAt }) => print.time(loginAt)],
        ],
        id: ({ id }) => id,
        none: 'There is nobody.',
      })
      return 0
    },
  },
  {
    name: 'people invite',
    summary: 'Invite somebody; the link is shown this once',
    args: [{ name: 'ADDRESS' }],
    flags: { role: ROLE, personal: PERSONAL },
    async run({ client, print, flag, has, args: [email = ''] }) {
      const role = (flag('role') ?? 'viewer') as Role
      const body = { email, role, ...(has('personal') ? { personal: true } : {}) }
      const made = await client.ask('POST /admin/v1/invitations', { body })
      const mail = made.mail === 'sent' ? ', and mailed' : ''
      print.one(
        made,
        [`${email} is invited as ${role}; good until ${made.expiresAt}${mail}:`, made.link],
        made.link,
      )
      return 0
    },
  },
  {
    name: 'people uninvite',
    summary: 'Take an invitation back',
    args: [{ name: 'INVITATION' }],
    async run({ client, print, args: [given = ''] }) {
      const { invitations } = await client.ask('GET /admin/v1/invitations')
      const { id } = oneOf(invitations, given)
      await client.ask('DELETE /admin/v1/invitations/:id', { params: { id } })
      print.one({ id }, ['It is taken back.'], id)
      return 0
    },
  },
  {
    name: 'people update',
    summary: 'Change what a person may, by id or address; with another role they log in anew',
    args: WHO,
    flags: {
      role: ROLE,
      personal: PERSONAL,
      'no-personal': { help: 'Personal values are masked' },
      enable: { help: 'Can log in again' },
      disable: { help: 'Is out at once' },
    },
    run: update,
  },
  {
    name: 'people reset',
    summary: 'A link by which a person sets a new password; shown this once',
    args: WHO,
    async run(call) {
      const id = await idOf(call)
      const made = await call.client.ask('POST /admin/v1/people/:id/reset', { params: { id } })
      call.print.one(made, [`Good until ${made.expiresAt}:`, made.link], made.link)
      return 0
    },
  },
  {
    name: 'people log-out',
    summary: 'Log a person out everywhere',
    args: WHO,
    async run(call) {
      const id = await idOf(call)
      const { ended } = await call.client.ask('DELETE /admin/v1/people/:id/sessions', { params: { id } })
      call.print.one({ ended }, [`${ended} sessions are ended.`], id)
      return 0
    },
  },
  {
    name: 'people remove',
    summary: 'Remove a person',
    args: WHO,
    async run(call) {
      const id = await idOf(call)
      await call.client.ask('DELETE /admin/v1/people/:id', { params: { id } })
      call.print.one({ id }, ['Removed.'], id)
      return 0
    },
  },
]

async function update(call: Call): Promise<number> {
  const { client, print, flag, has } = call
  const id = await idOf(call)
  const body = given({
    role: flag('role') as Role | undefined,
    personal: has('personal') ? true : has('no-personal') ? false : undefined,
    disabled: has('disable') ? true : has('enable') ? false : undefined,
  })
  if (Object.keys(body).length === 0) throw invalid('say what to change')
  const now = await client.ask('PATCH /admin/v1/people/:id', { params: { id }, body })
  print.one(now, [`${now.email}: ${now.role}${now.disabled ? ', disabled' : ''}`], id)
  return 0
}

async function idOf({ client, args: [given = ''] }: Call): Promise<string> {
  return oneOf((await client.ask('GET /admin/v1/people')).people, given).id
}

/** By id or address. @throws {AppError} NOT_FOUND, with who was most likely meant. */
function oneOf<T extends { readonly id: string; readonly email: string }>(
  all: readonly T[],
  given: string,
): T {
  const one = all.find(({ id, email }) => id === given || email.toLowerCase() === given.toLowerCase())
  if (one !== undefined) return one
  const emails = all.map(({ email }) => email)
  throw new AppError('NOT_FOUND', { person: `${given}${meant(given, emails, '')}` })
}
