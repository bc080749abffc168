import { given, numberOf } from '../body.ts'
import type { Verb } from '../verb.ts'

export const changeVerbs: readonly Verb[] = [
  {
    name: 'changes list',
    summary: 'Changes of the configuration, newest first',
    flags: {
      of: { value: 'ID', help: 'Of this source or destination' },
      limit: { value: 'N', help: 'How many' },
      before: { value: 'PLACE', help: 'Older ones: what the list before said' },
    },
    async run(call) {
      const { client, flag, print } = call
      const query = given({ of: flag('of'), limit: numberOf(call, 'limit'), before: flag('before') })
      const { changes, next } = await client.ask('GET /admin/v1/changes', { query })
      print.list(changes, {
        columns: [
          ['change', ({ id }) => String(id), 'number'],
          ['when', ({ at }) => print.time(at)],
          ['by', ({ by }) => by],
          ['what', ({ text }) => text],
        ],
        id: ({ id }) => id,
        none: 'There are none.',
        next,
      })
      return 0
    },
  },
  {
    name: 'changes undo',
    summary: 'Put what a change touched back; refused when it changed again since',
    args: [{ name: 'CHANGE' }],
    async run({ client, print, args: [id = ''] }) {
      const { change } = await client.ask('POST /admin/v1/changes/:id/undo', { params: { id } })
      print.one({ undone: Number(id), change }, [`Undone, as change ${change}.`], change)
      return 0
    },
  },
]
