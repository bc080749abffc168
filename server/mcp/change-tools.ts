import { Type } from '../../contract/type.ts'
import { actionOf, newMapping, TRIAL } from './action-trial.ts'
import { saved, shownDestination, shownSource } from './shown.ts'
import { given, routeTool, type Tool, tool } from './tool.ts'

const destination = { id: 'destination' } as const
const UNDO = 'Gives the number of the change, for undo_change.'

/** What changes the configuration. All of it is in the history, and can be undone. */
export const changeTools: readonly Tool[] = [
  routeTool('POST /admin/v1/sources', {
    name: 'create_source',
    title: 'Add a source',
    more: UNDO,
    shown: saved(shownSource) as never,
  }),
  routeTool('POST /admin/v1/destinations', {
    name: 'create_destination',
    title: 'Add a destination',
    more: `list_kinds with the kind says which settings there are. ${UNDO}`,
    shown: saved(shownDestination) as never,
  }),
  routeTool('PATCH /admin/v1/destinations/:id', {
    name: 'update_destination',
    title: 'Change a destination',
    params: destination,
    without: ['paused'],
    more: `Settings that are not given stay. ${UNDO}`,
    hints: { destructive: true, idempotent: true },
    shown: saved(shownDestination) as never,
  }),
  routeTool('POST /admin/v1/destinations/:id/actions', {
    name: 'add_action',
    title: 'Add an action',
    params: destination,
    more: UNDO,
    shown: saved(shownDestination) as never,
  }),
  tool(
    {
      name: 'update_action',
      title: 'Change an action',
      description: `Change the trigger, fields of the mapping, the name or the switch of an action. What is not given stays. try_action shows first what it would do to real events. ${UNDO}`,
      hints: { destructive: true, idempotent: true },
      routes: ['GET /admin/v1/destinations/:id', 'PATCH /admin/v1/destinations/:id/actions/:action'],
      input: Type.Object(
        {
          destination: Type.String({ minLength: 1 }),
          action: Type.String({ minLength: 1, description: 'Its id' }),
          ...TRIAL,
          name: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
          enabled: Type.Optional(Type.Boolean()),
        },
        { additionalProperties: false },
      ),
    },
    async (client, { destination: id, action, name, enabled, trigger, ...fields }) => {
      const { destination: before, found } = await actionOf(client, id, action)
      const { revision } = before
      const body = {
        revision,
        ...given({ name, enabled, trigger, mapping: newMapping(found.mapping, fields) }),
      }
      const address = 'PATCH /admin/v1/destinations/:id/actions/:action'
      const { saved: after, change } = await client.ask(address, { params: { id, action }, body })
      return { change, saved: after.actions.find((one) => one.id === action) }
    },
  ),
  ...([true, false] as const).map((paused) => pauseTool(paused)),
  routeTool('POST /admin/v1/changes/:id/undo', {
    name: 'undo_change',
    title: 'Undo a change',
    params: { id: 'change' },
    hints: { destructive: true },
  }),
]

function pauseTool(paused: boolean): Tool {
  return tool(
    {
      name: paused ? 'pause_destination' : 'resume_destination',
      title: paused ? 'Pause a destination' : 'Let a destination go on',
      description: paused
        ? 'Events wait for it, in order, until it goes on. Nothing is lost.'
        : 'Events that waited are sent, in order.',
      hints: paused ? { idempotent: true } : { idempotent: true, reachesOut: true },
      routes: ['PATCH /admin/v1/destinations/:id'],
      input: Type.Object({ destination: Type.String({ minLength: 1 }) }, { additionalProperties: false }),
    },
    async (client, { destination: id }) => {
      const { saved: after, change } = await client.ask('PATCH /admin/v1/destinations/:id', {
        params: { id },
        body: { paused },
      })
      return { change, state: after.state, paused: after.paused }
    },
  )
}
