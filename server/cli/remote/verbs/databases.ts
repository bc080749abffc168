import type { AnswerOf } from '../../../../contract/route.ts'
import type { Routes } from '../../../../contract/routes.ts'
import { BODY_FLAGS, bodyOf } from '../body.ts'
import type { Cell } from '../table.ts'
import type { Arg, Call, Flag, Verb } from '../verb.ts'

type Run = AnswerOf<Routes['POST /admin/v1/sources/:id/sql/run']>['run']
const ID: Arg = { name: 'ID', of: 'source' }
const TRIED: Readonly<Record<string, Flag>> = BODY_FLAGS
const CELL_CHARS_MAX = 40

/** Sources that read a database: docs/sql-source.md. */
export const databaseVerbs: readonly Verb[] = [
  {
    name: 'sources test',
    summary: 'Connect to the database of a source and log in; --set sql.host=… tries another setting',
    args: [ID],
    flags: TRIED,
    async run(call) {
      const params = { id: call.args[0] ?? '' }
      const answer = await call.client.ask('POST /admin/v1/sources/:id/sql/test', {
        params,
        body: await triedBody(call),
      })
      call.print.one(answer, [`${answer.version} answers.`], answer.version)
      return 0
    },
  },
  {
    name: 'sources preview',
    summary: 'The first rows that the next run would read, and the calls that they would become',
    args: [ID],
    flags: TRIED,
    async run(call) {
      const params = { id: call.args[0] ?? '' }
      const answer = await call.client.ask('POST /admin/v1/sources/:id/sql/preview', {
        params,
        body: await triedBody(call),
      })
      const lines = answer.rows.flatMap(({ cells, call: made, problem }, index): readonly Cell[] => [
        [`row ${index + 1}`, 'strong'],
        ...answer.columns.map((name, at) => `  ${name}: ${cellText(cells[at])}`),
        problem === undefined ? `  → ${JSON.stringify(made)}` : [`  → ${problem}`, 'bad'],
      ])
      call.print.one(answer, lines.length === 0 ? ['The query has no rows.'] : lines)
      return answer.rows.some(({ problem }) => problem !== undefined) ? 1 : 0
    },
  },
  {
    name: 'sources run',
    summary: 'Read the database of a source now',
    args: [ID],
    async run({ client, print, args: [id = ''] }) {
      const { run } = await client.ask('POST /admin/v1/sources/:id/sql/run', { params: { id } })
      print.one(run, [`Run ${run.id} has begun: "millrace sources runs ${id}" shows it.`], String(run.id))
      return 0
    },
  },
  {
    name: 'sources stop',
    summary: 'Stop the run that is under way, and the tries of one that failed; what is in the log stays',
    args: [ID],
    async run({ client, print, args: [id = ''] }) {
      const answer = await client.ask('POST /admin/v1/sources/:id/sql/stop', { params: { id } })
      print.one(answer, [answer.stopped ? 'Stopped.' : 'No run was under way.'])
      return 0
    },
  },
  {
    name: 'sources runs',
    summary: 'The runs of a source that reads a database, newest first, and when the next one is',
    args: [ID],
    run: runs,
  },
  {
    name: 'sources reset-cursor',
    summary: 'Read from the beginning again, or from a value',
    args: [ID],
    flags: {
      to: { value: 'VALUE', help: 'Rows beyond this value; left out: all rows' },
      'new-ids': { help: 'Rows that were read before become new events; else they are known by their ids' },
    },
    async run({ client, print, flag, has, args: [id = ''] }) {
      const to = flag('to')
      const body = { newIds: has('new-ids'), ...(to === undefined ? {} : { to }) }
      const answer = await client.ask('POST /admin/v1/sources/:id/sql/reset', { params: { id }, body })
      print.one(answer, [
        to === undefined ? 'The next run begins at the beginning.' : `The next run begins after ${to}.`,
      ])
      return 0
    },
  },
]

/** What is tried: as it is, with the changes of --file and --set. */
async function triedBody(call: Call) {
  const current = await call.client.ask('GET /admin/v1/sources/:id', { params: { id: call.args[0] ?? '' } })
  return (await bodyOf(call, current)) as never
}

function cellText(cell: unknown): string {
  const text = typeof cell === 'string' ? cell : JSON.stringify(cell ?? null)
  return text.length > CELL_CHARS_MAX ? `${text.slice(0, CELL_CHARS_MAX)}…` : text
}

async function runs({ client, print, args: [id = ''] }: Call): Promise<number> {
  const params = { id }
  const [{ runs: ended }, state] = await Promise.all([
    client.ask('GET /admin/v1/sources/:id/sql/runs', { params }),
    client.ask('GET /admin/v1/sources/:id/sql', { params }),
  ])
  const [next] = state.next
  const nextText = next === undefined ? '' : ` The next one is due ${next}.`
  print.list([...(state.running === undefined ? [] : [state.running]), ...ended], {
    columns: [
      ['run', (one) => String(one.id), 'number'],
      ['state', stateCell],
      ['began', ({ started }) => print.time(started)],
      ['rows', ({ rows }) => String(rows), 'number'],
      ['accepted', ({ accepted }) => String(accepted), 'number'],
      ['known', ({ duplicates }) => String(duplicates), 'number'],
      ['refused', ({ refused }) => (refused === 0 ? '0' : [String(refused), 'bad']), 'number'],
      ['cursor', ({ cursorAfter = '' }) => cursorAfter],
      ['why', whyText],
    ],
    id: (one) => String(one.id),
    none: `There was none yet.${nextText}`,
  })
  return 0
}

function stateCell({ state }: Run): Cell {
  return state === 'failed' ? [state, 'bad'] : state
}

function whyText({ error, refusals, hasMore }: Run): string {
  if (error !== undefined) return error.text
  const [first] = refusals
  if (first !== undefined) return `row ${first.row}: ${first.reason}`
  return hasMore ? 'at the limit of rows' : ''
}
