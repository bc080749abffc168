import type { Role } from '../../contract/roles.ts'

const WHO: Readonly<Record<string, string>> = {
  view: 'somebody who is logged in',
  edit: 'an editor or an admin',
  manage: 'an admin',
}
const A_ROLE: Readonly<Record<Role, string>> = { viewer: 'a viewer', editor: 'an editor', admin: 'an admin' }

/** Who could, and who one is: of the details of a refusal, or of what is known before it is asked. */
export function rightsText({ needs, role }: Readonly<Record<string, unknown>>): string | undefined {
  const who = WHO[String(needs)]
  const own = A_ROLE[role as Role]
  return who === undefined || own === undefined ? undefined : `It takes ${who}; you are ${own}.`
}
