import { useQuery } from '@tanstack/react-query'
import type { ReactElement } from 'react'
import { type Answer, api } from '../../api/api.ts'
import { ErrorState } from '../../ui/ErrorState.tsx'
import { ListTable } from '../../ui/ListTable.tsx'
import { Time } from '../../ui/Time.tsx'

type Deletion = Answer<'GET /admin/v1/persons/deletions'>['deletions'][number]
const LOOK_EVERY_MS = 1_000
const SHOWN_MAX = 100

/** Deletions that run, with their progress, and the receipts of those that have ended. */
export function DeletionList(): ReactElement | null {
  const { data, error, refetch } = useQuery({
    queryKey: ['people', 'deletions'],
    queryFn: ({ signal }) => api('GET /admin/v1/persons/deletions', { query: { limit: SHOWN_MAX }, signal }),
    refetchInterval: ({ state }) =>
      state.data?.deletions.some((one) => one.state === 'running') ? LOOK_EVERY_MS : false,
  })
  if (error !== null) return <ErrorState what="The deletions" error={error} onRetry={() => refetch()} />
  if (data === undefined || data.deletions.length === 0) return null
  return (
    <ListTable
      label="Deletions"
      columns={['Person', 'State', 'Erased', 'Destinations', 'Asked for']}
      rows={data.deletions.map((deletion) => ({ key: String(deletion.id), cells: cellsOf(deletion) }))}
    />
  )
}

function cellsOf(deletion: Deletion) {
  const { id, person, at, by, erased, told } = deletion
  const gone = Object.entries(erased).filter(([, count]) => count > 0)
  return [
    <span key="person">
      <code>{person.masked}</code> <span className="text-sm text-muted">deletion {id}</span>
    </span>,
    <State key="state" deletion={deletion} />,
    gone.length === 0 ? '—' : gone.map(([what, count]) => `${count} ${WORDS[what] ?? what}`).join(', '),
    told.length === 0
      ? '—'
      : told.map(({ destination, state, text, requestIds }) => (
          <span key={destination} className="block" title={requestIds.join(', ')}>
            {destination}: {state}. <span className="text-sm text-muted">{text}</span>
          </span>
        )),
    <span key="asked">
      <Time at={at} /> by {by}
    </span>,
  ]
}

function State({ deletion }: { readonly deletion: Deletion }): ReactElement {
  const { state, stage, progress, problem } = deletion
  const doing = stage === 'log' || stage === 'finding' ? ` ${Math.round(progress * 100)} %` : ''
  return (
    <span>
      {state === 'running' ? `${STAGES[stage]}${doing}` : state}
      {problem !== undefined && <span className="block text-sm text-bad">{problem}</span>}
    </span>
  )
}

const STAGES: Readonly<Record<Deletion['stage'], string>> = {
  finding: 'finding',
  log: 'erasing in the log',
  history: 'erasing in the history',
  compacting: 'overwriting',
  telling: 'erased; destinations work on it',
}
const WORDS: Readonly<Record<string, string>> = { deadLetters: 'dead letters', refused: 'refused calls' }
