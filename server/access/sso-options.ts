import type { Role } from '../../contract/route.ts'

/** Single sign-on with OpenID Connect, as the options of the server say it. */
export type SsoOptions = {
  readonly issuer: string
  readonly clientId: string
  /** Undefined: a public client, with PKCE alone. */
  readonly clientSecret: string | undefined
  /** On the button. */
  readonly name: string
  readonly scopes: string
  /** Where the person's groups stand; dots lead into objects. */
  readonly groupsClaim: string
  /** Empty: roles are set on the people page. */
  readonly roles: readonly GroupRole[]
  /** Of whom no group has a role; undefined: they may not come in. */
  readonly defaultRole: Role | undefined
  /** Nobody logs in with a password. */
  readonly isOnly: boolean
}
export type GroupRole = { readonly group: string; readonly role: Role; readonly personal: boolean }
