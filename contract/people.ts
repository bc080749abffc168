import { PASSWORD_CHARS } from './roles.ts'
import { count, exactly, id, oneOf, ROLES, route, time } from './route.ts'
import { Type } from './type.ts'

const email = Type.String({ minLength: 3, maxLength: 254, pattern: '^[^\\s@]+@[^\\s@]+$' })
const personName = Type.String({ maxLength: 100, pattern: '\\S', description: 'As people see it' })
/** One that is asked for when it was set already: its length is none of the contract's business. */
const password = Type.String({ minLength: 1, maxLength: 1_000 })
const newPassword = Type.String({
  minLength: 1,
  maxLength: 1_000,
  description: `${PASSWORD_CHARS.min} to ${PASSWORD_CHARS.max} characters, and hard to guess: else PASSWORD_WEAK`,
})
const code = Type.String({
  minLength: 1,
  maxLength: 60,
  description: 'Six digits of the app; at a login also a recovery code',
})
const linkToken = Type.String({
  minLength: 1,
  maxLength: 200,
  description: 'What stands behind the # of a link',
})
const role = oneOf(ROLES)
const personal = Type.Boolean({
  description: 'A viewer may see what events say about persons; editors and admins do anyway',
})
const Nothing = exactly({})

/** Whoever asks, and what they may. */
export const Me = exactly({
  via: oneOf(['machine', 'session', 'token'], 'machine: login is off, and whoever reaches the port is admin'),
  name: Type.String(),
  role,
  personal,
  id: Type.Optional(id('Of the person; absent for machine and token')),
  email: Type.Optional(Type.String()),
  login: Type.Optional(oneOf(['password', 'sso', 'link'], 'How this session began')),
  hasPassword: Type.Boolean(),
  secondFactor: oneOf(
    ['off', 'on', 'needed'],
    'needed: everything but adding one is refused with SECOND_FACTOR_NEEDED',
  ),
  recoveryCodes: count('How many are left'),
})

/** A login that went through, or one that waits for the code. */
export const LoginAnswer = Type.Union([
  exactly({ status: Type.Literal('in'), me: Me }),
  exactly({
    status: Type.Literal('code'),
    step: Type.String({ description: 'Give it with the code, within five minutes' }),
  }),
])

export const Session = exactly({
  id: id('Of the session'),
  login: oneOf(['password', 'sso', 'link'], 'How it began'),
  browser: Type.String({ description: 'What the browser says that it is' }),
  address: Type.String({ description: 'Where it was last used' }),
  createdAt: time('When the person logged in.'),
  usedAt: time('When it was last used, to the minute.'),
  expiresAt: time('When it ends at the latest; earlier when it is not used.'),
  isThis: Type.Boolean(),
})

export const Person = exactly({
  id: id('Of the person'),
  email: Type.String(),
  name: Type.String(),
  role,
  personal,
  disabled: Type.Boolean({ description: 'Cannot log in' }),
  hasPassword: Type.Boolean(),
  sso: Type.Boolean({ description: 'Has logged in by single sign-on' }),
  roleFrom: oneOf(
    ['here', 'groups'],
    'groups: role and personal follow single sign-on and cannot be set here',
  ),
  secondFactor: Type.Boolean(),
  sessions: count('How many are open'),
  createdAt: time('When the person was made.'),
  loginAt: Type.Optional(time('When they last logged in.')),
})

export const Invitation = exactly({
  id: id('Of the invitation'),
  email: Type.String(),
  role,
  personal,
  by: Type.String({ description: 'Who invited' }),
  createdAt: time('When.'),
  expiresAt: time('The link is good until then.'),
})

/** A link is shown this once: only its hash is kept. */
const NewLink = {
  link: Type.String({ description: 'Shown this once' }),
  expiresAt: time('It is good until then, and once.'),
  mail: oneOf(['sent', 'failed', 'off'], 'off: the server was started without a mail server'),
}

const loginRoutes = {
  'GET /admin/v1/login': route({
    needs: 'nobody',
    summary: 'Whether one must log in, how one can, and who one is',
    answer: exactly({
      login: oneOf(['on', 'off']),
      needsSetUp: Type.Boolean({ description: 'There is nobody yet: the server prints a link at its start' }),
      password: Type.Boolean({ description: 'False: by single sign-on only' }),
      sso: Type.Optional(
        exactly({
          name: Type.String({ description: 'As the button says it' }),
          start: Type.String({ description: 'Go there; `?to=/path` is where it ends' }),
        }),
      ),
      me: Type.Optional(Me),
    }),
  }),
  'POST /admin/v1/login': route({
    needs: 'nobody',
    summary: 'Log in with a password; sets the cookie',
    body: exactly({ email: Type.String({ minLength: 1, maxLength: 254 }), password }),
    answer: LoginAnswer,
  }),
  'POST /admin/v1/login/code': route({
    needs: 'nobody',
    summary: 'The second step of a login',
    body: exactly({ step: Type.String({ minLength: 1, maxLength: 200 }), code }),
    answer: LoginAnswer,
  }),
  'POST /admin/v1/logout': route({
    needs: 'nobody',
    summary: 'End this session, where there is one, and take the cookie back',
    answer: Nothing,
  }),
  'POST /admin/v1/links/look': route({
    needs: 'nobody',
    summary: 'What a link of set-up, invitation or new password is for',
    body: exactly({ token: linkToken }),
    answer: exactly({
      kind: oneOf(['set-up', 'invitation', 'reset']),
      email: Type.Optional(Type.String({ description: 'Absent for set-up: the person says it' })),
      name: Type.Optional(Type.String()),
      role: Type.Optional(role),
      expiresAt: time('It is good until then.'),
    }),
  }),
  'POST /admin/v1/links/use': route({
    needs: 'nobody',
    summary: 'Become a person, or set a new password, and be logged in',
    body: exactly({
      token: linkToken,
      email: Type.Optional(email),
      name: Type.Optional(personName),
      password: newPassword,
    }),
    answer: LoginAnswer,
  }),
} as const

const ownRoutes = {
  'GET /admin/v1/me': route({ needs: 'self', summary: 'Who one is', answer: Me }),
  'PATCH /admin/v1/me': route({
    needs: 'self',
    summary: 'Change one’s name',
    body: exactly({ name: personName }),
    answer: Me,
  }),
  'PUT /admin/v1/me/password': route({
    needs: 'self',
    summary: 'Change one’s password; other sessions end',
    body: exactly({ current: password, next: newPassword }),
    answer: Me,
  }),
  'POST /admin/v1/me/second-factor': route({
    needs: 'self',
    summary: 'Begin to add a second factor: what the app must know. Nothing is on until it is confirmed',
    body: exactly({ password }),
    answer: exactly({
      secret: Type.String({ description: 'To be typed where nothing can be scanned' }),
      uri: Type.String({ description: 'otpauth://' }),
      svg: Type.String({ description: 'The same as a QR code' }),
    }),
  }),
  'POST /admin/v1/me/second-factor/confirm': route({
    needs: 'self',
    summary: 'Turn the second factor on, with a code of the app; other sessions end',
    body: exactly({ code }),
    answer: exactly({
      recoveryCodes: Type.Array(Type.String(), { description: 'Shown this once; each is good once' }),
    }),
  }),
  'POST /admin/v1/me/second-factor/recovery-codes': route({
    needs: 'self',
    summary: 'New recovery codes; the older ones are good no more',
    body: exactly({ password }),
    answer: exactly({ recoveryCodes: Type.Array(Type.String()) }),
  }),
  'POST /admin/v1/me/second-factor/remove': route({
    needs: 'self',
    summary: 'Turn the second factor off',
    body: exactly({ password }),
    answer: Me,
  }),
  'GET /admin/v1/me/sessions': route({
    needs: 'self',
    summary: 'Where one is logged in',
    answer: exactly({ sessions: Type.Array(Session) }),
  }),
  'DELETE /admin/v1/me/sessions/:id': route({
    needs: 'self',
    summary: 'End one of one’s sessions',
    answer: Nothing,
  }),
  'DELETE /admin/v1/me/sessions': route({
    needs: 'self',
    summary: 'End all one’s sessions but this one',
    answer: exactly({ ended: count('How many') }),
  }),
} as const

const manageRoutes = {
  'GET /admin/v1/people': route({
    needs: 'manage',
    summary: 'Everybody who can log in',
    answer: exactly({
      people: Type.Array(Person),
      requireSecondFactor: Type.Boolean({ description: 'Of everybody who logs in with a password' }),
    }),
  }),
  'PATCH /admin/v1/people/:id': route({
    needs: 'manage',
    summary: 'Change what a person may; with another role they log in anew',
    body: exactly({
      name: Type.Optional(personName),
      role: Type.Optional(role),
      personal: Type.Optional(personal),
      disabled: Type.Optional(Type.Boolean()),
    }),
    answer: Person,
  }),
  'DELETE /admin/v1/people/:id': route({
    needs: 'manage',
    summary: 'Remove a person',
    answer: Nothing,
  }),
  'POST /admin/v1/people/:id/reset': route({
    needs: 'manage',
    summary: 'A link by which the person sets a new password',
    answer: exactly(NewLink),
    status: 201,
  }),
  'DELETE /admin/v1/people/:id/sessions': route({
    needs: 'manage',
    summary: 'Log a person out everywhere',
    answer: exactly({ ended: count('How many') }),
  }),
  'DELETE /admin/v1/people/:id/second-factor': route({
    needs: 'manage',
    summary: 'Take the second factor of a person who has lost it away',
    answer: Person,
  }),
  'PUT /admin/v1/people/settings': route({
    needs: 'manage',
    summary: 'What is asked of everybody',
    body: exactly({ requireSecondFactor: Type.Boolean() }),
    answer: exactly({ requireSecondFactor: Type.Boolean() }),
  }),
  'GET /admin/v1/invitations': route({
    needs: 'manage',
    summary: 'Invitations that are open',
    answer: exactly({ invitations: Type.Array(Invitation) }),
  }),
  'POST /admin/v1/invitations': route({
    needs: 'manage',
    summary: 'Invite somebody; an open invitation to the same address is replaced',
    body: exactly({ email, role, personal: Type.Optional(personal) }),
    answer: exactly({ ...NewLink, invitation: Invitation }),
    status: 201,
  }),
  'DELETE /admin/v1/invitations/:id': route({
    needs: 'manage',
    summary: 'Take an invitation back',
    answer: Nothing,
  }),
} as const

export const peopleRoutes = { ...loginRoutes, ...ownRoutes, ...manageRoutes } as const
