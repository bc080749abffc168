import { invalid, notFound } from '../admin/request.ts'
import type { AdminRouter } from '../admin/router.ts'
import type { AccessStore, Link, Person } from './access-store.ts'
import { linkUrl, makeLink, type NewLink } from './links.ts'
import { emailOf } from './login.ts'
import type { Sessions } from './sessions.ts'

/** So many invitations are open at most. */
export const INVITATIONS_MAX = 1_000

export type PeopleRouteDeps = {
  readonly store: AccessStore
  readonly sessions: Pick<Sessions, 'trim'>
  readonly now_ms: () => number
  /** Where the pages are, without a slash at its end. */
  readonly pagesUrl: () => string
  /** Sends a mail; undefined: there is no mail server. */
  readonly mail: ((to: string, subject: string, text: string) => Promise<boolean>) | undefined
  /** Roles of those who come by single sign-on follow their groups. */
  readonly hasGroupRoles: boolean
}

/** People and invitations, for those who manage them. What they do is noted where the route is. */
export function peopleRoutes({ on }: AdminRouter, deps: PeopleRouteDeps): void {
  const { store, sessions, now_ms } = deps
  const shown = shownIn(deps)
  const find = async (id: string): Promise<Person> => {
    const person = await store.person({ id })
    if (person === undefined) throw notFound('person', id)
    return person
  }

  on('GET /admin/v1/people', async () => {
    await sessions.trim()
    const [all, open, requireSecondFactor] = await Promise.all([
      store.people(),
      store.sessions(),
      store.requiresFactor(),
    ])
    const counts = Map.groupBy(open, ({ personId }) => personId)
    return { people: all.map((one) => shown(one, counts.get(one.id)?.length ?? 0)), requireSecondFactor }
  })
  on('PATCH /admin/v1/people/:id', async ({ params: { id }, body, note }) => {
    const before = await find(id)
    note({ before: rightsOf(before), after: { ...rightsOf(before), ...body } })
    const follows = deps.hasGroupRoles && before.sso !== undefined
    if (follows && (body.role ?? before.role) !== before.role)
      throw invalid('role', 'follows the groups of single sign-on')
    if (follows && (body.personal ?? before.personal) !== before.personal)
      throw invalid('personal', 'follows the groups of single sign-on')
    const named = body.name === undefined ? {} : { name: body.name.trim() }
    const person = await store.changePerson(id, { ...body, ...named })
    if (person === undefined) throw notFound('person', id)
    if (person.disabled || person.role !== before.role) await store.endSessions(id)
    if (person.disabled) await store.removeLinks({ kind: 'reset', personId: id })
    return shown(person, (await store.sessions(id)).length)
  })
  on('DELETE /admin/v1/people/:id', async ({ params: { id }, note }) => {
    note({ before: rightsOf(await find(id)) })
    if (!(await store.removePerson(id))) throw notFound('person', id)
    return {}
  })
  on('DELETE /admin/v1/people/:id/sessions', async ({ params: { id } }) => {
    await find(id)
    return { ended: await store.endSessions(id) }
  })
  on('DELETE /admin/v1/people/:id/second-factor', async ({ params: { id } }) => {
    await find(id)
    await store.setFactor(id, undefined)
    return shown(await find(id), (await store.sessions(id)).length)
  })
  on('PUT /admin/v1/people/settings', async ({ body: { requireSecondFactor }, note }) => {
    note({ before: { requireSecondFactor: await store.requiresFactor() }, after: { requireSecondFactor } })
    await store.requireFactor(requireSecondFactor)
    return { requireSecondFactor }
  })
  on('POST /admin/v1/people/:id/reset', async ({ params: { id }, by }) => {
    const { email, role, disabled } = await find(id)
    if (disabled) throw invalid('person', 'is disabled')
    await store.removeLinks({ kind: 'reset', personId: id })
    const { shownLink } = await offered(deps, { kind: 'reset', email, role, personId: id, by }, now_ms())
    return shownLink
  })
  invitationRoutes({ on }, deps)
}

function invitationRoutes({ on }: AdminRouter, deps: PeopleRouteDeps): void {
  const { store, now_ms } = deps
  on('GET /admin/v1/invitations', async () => {
    await store.removeLinks({ expired_ms: now_ms() })
    return { invitations: (await store.links('invitation')).map(shownInvitation) }
  })
  on('POST /admin/v1/invitations', async ({ body: { role, personal = false, ...given }, by, note }) => {
    const email = emailOf(given.email)
    note({ after: { email, role, personal } })
    if ((await store.person({ email })) !== undefined)
      throw invalid('email', 'is of a person who is here already')
    await store.removeLinks({ expired_ms: now_ms() })
    await store.removeLinks({ kind: 'invitation', email })
    if ((await store.links('invitation')).length >= INVITATIONS_MAX)
      throw invalid('email', `is one too many: ${INVITATIONS_MAX} invitations are open`)
    const made = await offered(deps, { kind: 'invitation', email, role, personal, by }, now_ms())
    return { ...made.shownLink, invitation: shownInvitation(made.link) }
  })
  on('DELETE /admin/v1/invitations/:id', async ({ params: { id } }) => {
    if ((await store.removeLinks({ kind: 'invitation', id })) === 0) throw notFound('invitation', id)
    return {}
  })
}

/** What the audit log says of a person. */
function rightsOf({ email, name, role, personal, disabled }: Person) {
  return { email, name, role, personal, disabled }
}

/** Makes a link, and mails it where there is a mail server. */
async function offered(
  { store, pagesUrl, mail }: PeopleRouteDeps,
  wanted: NewLink & { email: string },
  now_ms: number,
) {
  const { token, link } = await makeLink(store, wanted, now_ms)
  const url = linkUrl(pagesUrl(), token)
  const { subject, text } = letterOf(wanted, url)
  const mailed = mail === undefined ? 'off' : (await mail(wanted.email, subject, text)) ? 'sent' : 'failed'
  const shownLink = { link: url, expiresAt: new Date(link.expiresAt_ms).toISOString(), mail: mailed } as const
  return { link, shownLink }
}

function letterOf({ kind, by }: NewLink, url: string) {
  return kind === 'invitation'
    ? {
        subject: 'You are invited to Millrace',
        text: `${by} invites you to Millrace. Good for seven days, once:\n${url}`,
      }
    : {
        subject: 'A new password for Millrace',
        text: `Set a new password here. Good for a day, once:\n${url}`,
      }
}

function shownIn({ hasGroupRoles }: PeopleRouteDeps) {
  return (person: Person, sessions: number) => ({
    id: person.id,
    email: person.email,
    name: person.name,
    role: person.role,
    personal: person.personal,
    disabled: person.disabled,
    hasPassword: person.passwordHash !== undefined,
    sso: person.sso !== undefined,
    roleFrom: hasGroupRoles && person.sso !== undefined ? ('groups' as const) : ('here' as const),
    secondFactor: person.factor !== undefined,
    sessions,
    createdAt: new Date(person.createdAt_ms).toISOString(),
    ...(person.loginAt_ms === undefined ? {} : { loginAt: new Date(person.loginAt_ms).toISOString() }),
  })
}

function shownInvitation({ id, email, role, personal, by, createdAt_ms, expiresAt_ms }: Link) {
  const times = {
    createdAt: new Date(createdAt_ms).toISOString(),
    expiresAt: new Date(expiresAt_ms).toISOString(),
  }
  return { id, email: email ?? '', role, personal, by, ...times }
}
