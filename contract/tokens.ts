import { ROLES, TOKEN_DAYS_DEFAULT, TOKEN_DAYS_MAX } from './roles.ts'
import { exactly, id, oneOf, route, time } from './route.ts'
import { Type } from './type.ts'

export const TOKEN_STATES = ['active', 'expired', 'revoked'] as const

export const ApiToken = exactly({
  id: id('Names it in history; it is no secret'),
  name: Type.String({ description: 'What people call it' }),
  begins: Type.String({ description: 'How the token begins, to tell it from others' }),
  role: oneOf(ROLES, 'What it may do, and never more than whoever made it may do now'),
  personal: Type.Boolean({ description: 'May see what events say about persons' }),
  state: oneOf(TOKEN_STATES),
  madeBy: exactly({
    name: Type.String(),
    id: Type.Optional(Type.String({ description: 'The person; absent for one made on the server itself' })),
  }),
  own: Type.Boolean({ description: 'Whoever asks made it' }),
  madeAt: time('When.'),
  expiresAt: Type.Optional(time('Refused from then on; absent: never.')),
  usedAt: Type.Optional(time('When it was last used, to the minute; absent: never.')),
  revokedAt: Type.Optional(time('When it was revoked.')),
})

export const tokenRoutes = {
  'GET /admin/v1/tokens': route({
    needs: 'self',
    summary: 'API tokens, the newest first: all of them for an admin, for others their own',
    answer: exactly({ tokens: Type.Array(ApiToken) }),
  }),
  'POST /admin/v1/tokens': route({
    needs: 'self',
    summary:
      'Make a token, with no more rights than one has; the token itself is in this answer and never again',
    body: exactly({
      name: Type.String({ minLength: 1, maxLength: 100 }),
      role: oneOf(ROLES),
      personal: Type.Optional(Type.Boolean({ default: false })),
      expires_days: Type.Optional(
        Type.Union(
          [Type.Integer({ minimum: 1, maximum: TOKEN_DAYS_MAX }), Type.Null({ description: 'Never' })],
          {
            default: TOKEN_DAYS_DEFAULT,
          },
        ),
      ),
    }),
    answer: exactly({
      token: ApiToken,
      text: Type.String({ description: 'What goes into `Authorization: Bearer …`. Keep it as a password' }),
    }),
    status: 201,
  }),
  'DELETE /admin/v1/tokens/:id': route({
    needs: 'self',
    summary: 'Revoke a token at once: any for an admin, for others their own',
    answer: exactly({ token: ApiToken }),
  }),
} as const
