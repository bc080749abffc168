/** In words of people: `changed a source`. What has none is shown as the log has it. */
const WORDS: Readonly<Record<string, string>> = {
  'login.password': 'logged in',
  'login.link': 'logged in by a link',
  'login.sso': 'logged in by single sign-on',
  'login.failed': 'failed to log in',
  'login.code.failed': 'failed with the code of a login',
  'login.sso.refused': 'was not let in by single sign-on',
  'password.wrong': 'gave a wrong password',
  logout: 'logged out',
  'link.set-up': 'became the first admin',
  'link.invitation': 'took an invitation',
  'link.reset': 'set a new password by a link',
  'admin.set-up': 'made a link for another admin, on the server itself',
  'admin.reset': 'made a link for a new password, on the server itself',
  'token.create': 'made a token, on the server itself',
  'token.revoke': 'revoked a token, on the server itself',
  'audit.trimmed': 'removed old entries of this log',
  'configuration.file': 'took the configuration from its file',
  'server.start': 'started',
  'server.stop': 'stopped',
  'POST /admin/v1/sources/:id/sample-events': 'sent sample events',
  'POST /admin/v1/sources/:id/sql/run': 'had a database read',
  'POST /admin/v1/sources/:id/sql/stop': 'stopped the reading of a database',
  'POST /admin/v1/sources/:id/sql/reset': 'set back the cursor of a database',
  'POST /admin/v1/sources/:id/sql/test': 'tried a connection to a database',
  'POST /admin/v1/sources/:id/sql/preview': 'looked at the first rows of a database',
  'POST /admin/v1/changes/:id/undo': 'undid a change',
  'POST /admin/v1/test': 'sent a test to a destination',
  'POST /admin/v1/dead-letters/discard': 'discarded dead letters',
  'POST /admin/v1/replays': 'started a replay',
  'POST /admin/v1/replays/:id/stop': 'stopped a replay',
  'POST /admin/v1/replays/:id/resume': 'went on with a replay',
  'PUT /admin/v1/alerts': 'changed the alerts',
  'POST /admin/v1/alerts/test': 'sent a test alert',
  'PUT /admin/v1/destinations/:id/actions': 'reordered actions',
  'PATCH /admin/v1/me': 'changed their own name',
  'PUT /admin/v1/me/password': 'changed their password',
  'POST /admin/v1/me/second-factor': 'began to add a second factor',
  'POST /admin/v1/me/second-factor/confirm': 'added a second factor',
  'POST /admin/v1/me/second-factor/recovery-codes': 'made new recovery codes',
  'POST /admin/v1/me/second-factor/remove': 'removed their second factor',
  'DELETE /admin/v1/me/sessions/:id': 'ended a session of their own',
  'DELETE /admin/v1/me/sessions': 'ended all other sessions of their own',
  'POST /admin/v1/people/:id/reset': 'made a link for a new password',
  'DELETE /admin/v1/people/:id/sessions': 'logged a person out everywhere',
  'DELETE /admin/v1/people/:id/second-factor': 'took a second factor away',
  'PUT /admin/v1/people/settings': 'changed what is asked of everybody',
  'POST /admin/v1/invitations': 'invited somebody',
  'DELETE /admin/v1/invitations/:id': 'took an invitation back',
  'DELETE /admin/v1/tokens/:id': 'revoked a token',
  'GET /admin/v1/audit/export': 'exported this log',
  'POST /admin/v1/configuration/apply': 'applied configuration files',
  'POST /admin/v1/persons/deletions': 'began to delete all that is kept of a person',
  'POST /admin/v1/persons/suppressed': 'suppressed a person’s events',
  'DELETE /admin/v1/persons/suppressed/:hash': 'took a person’s events again',
}
const THINGS: Readonly<Record<string, string>> = {
  sources: 'a source',
  destinations: 'a destination',
  actions: 'an action',
  'write-keys': 'a write key',
  people: 'a person',
  tokens: 'a token',
  'tracking-plans': 'a tracking plan',
}
const VERBS: Readonly<Record<string, string>> = {
  POST: 'made',
  PATCH: 'changed',
  PUT: 'changed',
  DELETE: 'removed',
}

/** `changed a source` of `PATCH /admin/v1/sources/:id`. */
export function whatWords(what: string): string {
  const known = WORDS[what]
  if (known !== undefined) return known
  const [method = '', path = ''] = what.split(' /admin/v1/')
  const last = path
    .split('/')
    .filter((part) => !part.startsWith(':'))
    .at(-1)
  const thing = THINGS[last ?? '']
  const verb = VERBS[method]
  return thing === undefined || verb === undefined ? what : `${verb} ${thing}`
}

/** What can be chosen to be looked for: the log takes what something begins with. */
export const WHAT_CHOICES = [
  { value: '', label: 'Anything' },
  { value: 'login', label: 'Logins' },
  { value: 'link.', label: 'Links that were used' },
  { value: 'POST', label: 'What was made or started' },
  { value: 'PATCH', label: 'What was changed' },
  { value: 'DELETE', label: 'What was removed' },
] as const

/** `/sources/web` of a source that is named there: where what something was done to is shown. */
export function placeOf(type: string, id: string): string | undefined {
  switch (type) {
    case 'source':
      return `/sources/${encodeURIComponent(id)}`
    case 'destination':
      return `/destinations/${encodeURIComponent(id)}`
    case 'person':
      return '/settings/people'
    case 'token':
      return '/settings/tokens'
    default:
      return undefined
  }
}
