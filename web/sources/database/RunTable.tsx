import type { ReactElement } from 'react'
import type { Answer } from '../../api/api.ts'
import { ListTable } from '../../ui/ListTable.tsx'
import { Time } from '../../ui/Time.tsx'
import { RunState } from './RunState.tsx'

type Run = Answer<'GET /admin/v1/sources/:id/sql/runs'>['runs'][number]
const CAUSES = { schedule: 'by schedule', hand: 'by hand', again: 'tried again' } as const

/** The runs, newest first. */
export function RunTable({ runs }: { readonly runs: readonly Run[] }): ReactElement {
  return (
    <ListTable
      label="Runs, newest first"
      columns={['Run', 'Began', 'Rows', 'New events', 'Known', 'Refused', 'Cursor', 'Why']}
      rows={runs.map((run) => ({
        key: String(run.id),
        cells: [
          <span key="run" className="flex flex-wrap items-center gap-2">
            {run.id} <RunState run={run} />
            <span className="text-sm text-muted">{CAUSES[run.cause]}</span>
          </span>,
          <Time key="began" at={run.started} />,
          figure(run.rows),
          figure(run.accepted),
          figure(run.duplicates),
          <span key="refused" className={run.refused === 0 ? '' : 'text-bad'}>
            {figure(run.refused)}
          </span>,
          <span key="cursor" className="font-mono text-sm break-all">
            {run.cursorAfter ?? '–'}
          </span>,
          <Why key="why" run={run} />,
        ],
      }))}
    />
  )
}

function figure(count: number): string {
  return count.toLocaleString('en-US')
}

function Why({ run }: { readonly run: Run }): ReactElement {
  return (
    <span className="max-w-xl text-sm">
      {run.error !== undefined && <span className="block text-bad">{run.error.text}</span>}
      {run.hasMore && <span className="block">Ended at the limit of rows; the next run goes on.</span>}
      {run.refusals.length > 0 && (
        <details>
          <summary className="cursor-pointer">What was refused</summary>
          <ul>
            {run.refusals.map(({ row, reason }) => (
              <li key={row}>
                Row {row}: {reason}
              </li>
            ))}
            {run.refused > run.refusals.length && (
              <li>… and {figure(run.refused - run.refusals.length)} more</li>
            )}
          </ul>
        </details>
      )}
    </span>
  )
}
