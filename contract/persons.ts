import { DELETION_STAGES } from '../core/persons/deletion.ts'
import { ID_KINDS } from '../core/persons/person.ts'
import { ASKS_PERSONAL } from './personal.ts'
import { count, exactly, id, next, oneOf, paging, route, time } from './route.ts'
import { Type } from './type.ts'

const given = Type.String({ minLength: 1, maxLength: 1_000, ...ASKS_PERSONAL })
/** Who: by one id, as events carry it. */
export const Person = Type.Union(
  [exactly({ userId: given }), exactly({ anonymousId: given }), exactly({ email: given })],
  ASKS_PERSONAL,
)

export const Told = exactly({
  destination: Type.String(),
  state: oneOf(['waiting', 'asked', 'done', 'refused'], 'asked: it has taken the deletion and works on it'),
  requestIds: Type.Array(Type.String(), { description: "The receiver's own numbers of the deletion" }),
  text: Type.String(),
  at: time('When that was told.'),
})
export const Deletion = exactly({
  id: Type.Integer(),
  at: time('When it was asked for.'),
  by: Type.String({ description: 'Who asked for it' }),
  person: exactly({
    kind: oneOf(ID_KINDS),
    masked: Type.String({ description: 'The first letters of the id' }),
    hash: Type.String({ description: 'A keyed hash of the id' }),
  }),
  suppress: Type.Boolean({ description: 'Events of the person are refused since then' }),
  state: oneOf(['running', 'done', 'failed']),
  stage: oneOf(DELETION_STAGES, 'telling: only destinations have not ended it yet'),
  progress: Type.Number({ minimum: 0, maximum: 1, description: 'How much of this stage is done' }),
  ids: count('By how many ids the person was known'),
  erased: exactly({
    events: count('Of the log'),
    refused: count('Refused calls of the log'),
    duplicates: count('Of the log'),
    attempts: count('Whose request, answer and reason were emptied'),
    deadLetters: count('Counted as given up'),
    parked: count('Deliveries that waited; counted as forgotten'),
    refusals: count('Of the list of what was refused'),
    remembered: count('What destinations remembered of the person'),
  }),
  told: Type.Array(Told),
  problem: Type.Optional(Type.String({ description: 'Why it does not get on; it is tried again' })),
  endedAt: Type.Optional(time('When it had ended.')),
  remarks: Type.Array(Type.String({ description: 'What it does not reach' })),
})
export const Suppressed = exactly({
  hash: Type.String(),
  kind: oneOf(ID_KINDS),
  masked: Type.String(),
  by: Type.String(),
  at: time('Since when.'),
})

export const personRoutes = {
  'POST /admin/v1/persons/find': route({
    needs: 'view',
    summary: 'What there is of a person, by all the ids that theirs leads to',
    body: exactly({ person: Person }),
    answer: exactly({
      ids: exactly({
        userIds: Type.Array(Type.String()),
        anonymousIds: Type.Array(Type.String()),
        emails: Type.Array(Type.String()),
      }),
      shared: Type.Array(Type.String({ description: 'Visitor ids that several people have used' })),
      events: count('In the log'),
      sources: Type.Array(exactly({ source: Type.String(), events: count('Of this source') })),
      first: Type.Optional(time('The oldest.')),
      last: Type.Optional(time('The newest.')),
      destinations: Type.Array(
        exactly({
          destination: Type.String(),
          attempts: count('Requests that carried something of the person'),
          deadLetters: count('Of the person'),
          parked: count('Of the person'),
        }),
      ),
      whole: Type.Boolean({ description: 'False: the log is large, and not all of it was gone through' }),
      suppressed: Type.Boolean(),
    }),
  }),
  'POST /admin/v1/persons/deletions': route({
    needs: 'manage',
    summary: 'Delete a person everywhere. Cannot be undone',
    body: exactly({
      person: Person,
      suppress: Type.Optional(Type.Boolean({ description: 'Refuse their events from now on' })),
      destinations: Type.Optional(
        Type.Array(id('A destination that is asked to delete the person too'), { maxItems: 100 }),
      ),
    }),
    answer: Deletion,
    status: 201,
  }),
  'GET /admin/v1/persons/deletions': route({
    needs: 'view',
    summary: 'Deletions and their receipts, newest first',
    query: exactly(paging),
    answer: exactly({ deletions: Type.Array(Deletion), next }),
  }),
  'GET /admin/v1/persons/deletions/:id': route({
    needs: 'view',
    summary: 'A deletion, with its progress; at its end the receipt',
    answer: Deletion,
  }),
  'GET /admin/v1/persons/suppressed': route({
    needs: 'view',
    summary: 'Who is suppressed, oldest first; never by their ids',
    answer: exactly({ suppressed: Type.Array(Suppressed) }),
  }),
  'POST /admin/v1/persons/suppressed': route({
    needs: 'manage',
    summary: 'Refuse events of a person from now on',
    body: exactly({ person: Person }),
    answer: Suppressed,
    status: 201,
  }),
  'DELETE /admin/v1/persons/suppressed/:hash': route({
    needs: 'manage',
    summary: 'Take the events of a person again',
    answer: exactly({ removed: Type.Boolean() }),
  }),
} as const
