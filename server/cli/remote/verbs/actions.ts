import type { AnswerOf } from '../../../../contract/route.ts'
import type { Routes } from '../../../../contract/routes.ts'
import { AppError } from '../../../../core/errors.ts'
import { BODY_FLAGS, bodyOf, given } from '../body.ts'
import { meant } from '../read-call.ts'
import type { Cell } from '../table.ts'
import type { Arg, Call, Flag, Verb } from '../verb.ts'
import { changeText } from './sources.ts'

type Destination = AnswerOf<Routes['GET /admin/v1/destinations/:id']>
type Action = Destination['actions'][number]
const AT: readonly Arg[] = [{ name: 'DESTINATION', of: 'destination' }]
const ONE: readonly Arg[] = [...AT, { name: 'ACTION' }]
const CHANGES: Readonly<Record<string, Flag>> = {
  name: { value: 'NAME', help: 'What people call it' },
  trigger: { value: 'TEXT', help: 'Which events: docs/triggers.md' },
  enable: { help: 'Turn it on' },
  disable: { help: 'Turn it off' },
  ...BODY_FLAGS,
}

export const actionVerbs: readonly Verb[] = [
  {
    name: 'actions list',
    summary: 'The actions of a destination, in their order',
    args: AT,
    async run(call) {
      const { actions } = await destinationOf(call)
      call.print.list(actions, {
        columns: [
          ['id', ({ id }) => id, 'fixed'],
          ['name', ({ name }) => name],
          ['action', ({ action }) => action],
          ['on', ({ enabled }) => (enabled ? ['on', 'good'] : ['off', 'dim'])],
          ['trigger', ({ trigger }) => trigger],
        ],
        id: ({ id }) => id,
        none: 'There are none: "millrace actions add" makes one.',
      })
      return 0
    },
  },
  {
    name: 'actions show',
    summary: 'An action, with its trigger and mapping',
    args: ONE,
    async run(call) {
      const { action } = await actionOf(call)
      call.print.one(action, linesOf(action), action.id)
      return 0
    },
  },
  {
    name: 'actions add',
    summary: 'Add an action; what is not given comes from the kind',
    args: AT,
    flags: {
      action: { value: 'NAME', help: 'Of the kind: "destinations kinds KIND" lists them' },
      'copy-of': { value: 'ID', help: 'Duplicate this one' },
      ...CHANGES,
    },
    async run(call) {
      const { client, flag, args, print } = call
      const body = {
        ...(await bodyOf(call)),
        ...given({ action: flag('action'), copyOf: flag('copy-of') }),
        ...changesOf(call),
      }
      const params = { id: args[0] ?? '' }
      const { saved, change } = await client.ask('POST /admin/v1/destinations/:id/actions', { params, body })
      const made = saved.actions.at(-1)
      print.one({ ...made, change }, [`Added. ${changeText(change)}`, ...linesOf(made)], made?.id)
      return 0
    },
  },
  {
    name: 'actions update',
    summary: 'Change an action: --set mapping.FIELD.@path=$.properties.total changes that field alone',
    args: ONE,
    flags: CHANGES,
    async run(call) {
      const { client, print } = call
      const { action, destination } = await actionOf(call)
      const params = { id: destination.id, action: action.id }
      const body = { revision: destination.revision, ...(await bodyOf(call, action)), ...changesOf(call) }
      const address = 'PATCH /admin/v1/destinations/:id/actions/:action'
      const { saved, change } = await client.ask(address, { params, body })
      const now = saved.actions.find(({ id }) => id === action.id)
      print.one({ ...now, change }, [changeText(change), ...linesOf(now)], action.id)
      return 0
    },
  },
  {
    name: 'actions remove',
    summary: 'Remove an action',
    args: ONE,
    async run(call) {
      const { action, destination } = await actionOf(call)
      const params = { id: destination.id, action: action.id }
      const address = 'DELETE /admin/v1/destinations/:id/actions/:action'
      const { change } = await call.client.ask(address, { params })
      call.print.one({ id: action.id, change }, [`${action.id} is removed. ${changeText(change)}`], action.id)
      return 0
    },
  },
  {
    name: 'actions order',
    summary: 'Put the actions in this order: all of them',
    args: [...AT, { name: 'ACTION', isRest: true }],
    async run({ client, print, args: [id = '', ...order] }) {
      const asked = { params: { id }, body: { order } }
      const { saved, change } = await client.ask('PUT /admin/v1/destinations/:id/actions', asked)
      print.one({ order: saved.actions.map((one) => one.id), change }, [changeText(change)], id)
      return 0
    },
  },
  {
    name: 'actions history',
    summary: 'What an action was, newest first',
    args: ONE,
    async run({ client, print, args: [id = '', action = ''] }) {
      const address = 'GET /admin/v1/destinations/:id/actions/:action/versions'
      const { versions } = await client.ask(address, { params: { id, action } })
      print.list(versions, {
        columns: [
          ['version', ({ version }) => String(version), 'number'],
          ['saved', ({ at }) => print.time(at)],
          ['by', ({ by }) => by],
          ['trigger', ({ action: { trigger } }) => trigger],
          ['mapping', ({ action: { mapping } }) => JSON.stringify(mapping)],
        ],
        id: ({ version }) => version,
        none: 'There is none.',
      })
      return 0
    },
  },
]

function destinationOf({ client, args: [id = ''] }: Call): Promise<Destination> {
  return client.ask('GET /admin/v1/destinations/:id', { params: { id } })
}

async function actionOf(call: Call): Promise<{ readonly destination: Destination; readonly action: Action }> {
  const destination = await destinationOf(call)
  const [, id = ''] = call.args
  const action = destination.actions.find((one) => one.id === id)
  if (action !== undefined) return { destination, action }
  const ids = destination.actions.map((one) => one.id)
  throw new AppError('NOT_FOUND', { action: `${id}${meant(id, ids, '')}`, destination: destination.id })
}

function changesOf({ flag, has }: Call) {
  const enabled = has('enable') ? true : has('disable') ? false : undefined
  return given({ name: flag('name'), trigger: flag('trigger'), enabled })
}

function linesOf(action: Action | undefined): readonly Cell[] {
  if (action === undefined) return []
  const { id, name, enabled, trigger, mapping } = action
  return [
    [`${id}  ${name} (${action.action})${enabled ? '' : ', off'}`, 'strong'],
    `  when ${trigger}`,
    ...Object.entries(mapping).map(([field, value]) => `  ${field}: ${JSON.stringify(value)}`),
  ]
}
