import type { ReactElement } from 'react'
import type { Json } from '../../../core/event.ts'
import type { Answer } from '../../api/api.ts'
import { Button } from '../../ui/Button.tsx'
import { Icon } from '../../ui/Icon.tsx'
import { JsonTree } from '../../ui/JsonTree.tsx'
import { Part } from '../settings/Part.tsx'
import { failureText } from './failure-text.ts'

export type Preview = Answer<'POST /admin/v1/sources/:id/sql/preview'>
type Props = {
  readonly data: Preview | undefined
  readonly error: Error | null
  readonly isBusy: boolean
  /** The form was changed since. */
  readonly isOld: boolean
  readonly onPreview: () => void
}

/** The first rows that the next run would read, each with the call that it would become. */
export function PreviewPart({ data, error, isBusy, isOld, onPreview }: Props): ReactElement {
  return (
    <Part
      title="Preview"
      action={
        <Button needs="edit" isBusy={isBusy} onClick={onPreview}>
          <Icon name="play" /> {data === undefined ? 'Show the first rows' : 'Show them again'}
        </Button>
      }
    >
      <p role="status" className={error === null ? 'text-muted' : 'text-bad'}>
        {error !== null ? failureText(error) : noteOf(data, isOld)}
      </p>
      {error === null && data !== undefined && (
        <ol className="mt-3 flex flex-col gap-3">
          {data.rows.map((row, index) => (
            <li key={index} className="grid gap-3 border-t border-line pt-3 lg:grid-cols-2">
              <Row number={index + 1} columns={data.columns} cells={row.cells} />
              <div className="min-w-0">
                <h3 className="mb-1 text-sm text-muted">becomes</h3>
                {row.call === undefined ? (
                  <p className="flex gap-1.5 text-bad">
                    <Icon name="warning" className="mt-0.5" /> No event. {row.problem}
                  </p>
                ) : (
                  <JsonTree value={row.call} label={`What row ${index + 1} becomes`} />
                )}
              </div>
            </li>
          ))}
        </ol>
      )}
    </Part>
  )
}

function noteOf(data: Preview | undefined, isOld: boolean): string {
  if (data === undefined) return 'The first ten rows of the next run, and what they become. Nothing is kept.'
  if (isOld) return 'The form was changed since.'
  if (data.known) return 'The next run has no rows yet: these are the first of all, which are known.'
  return data.rows.length === 0 ? 'The query has no rows.' : ''
}

type RowProps = {
  readonly number: number
  readonly columns: readonly string[]
  readonly cells: readonly Json[]
}

function Row({ number, columns, cells }: RowProps): ReactElement {
  return (
    <div className="min-w-0">
      <h3 className="mb-1 text-sm text-muted">Row {number}</h3>
      <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 text-sm">
        {columns.map((name, at) => (
          <div key={name} className="contents">
            <dt className="max-w-40 truncate text-muted">{name}</dt>
            <dd className="font-mono break-words">{cellText(cells[at])}</dd>
          </div>
        ))}
      </dl>
    </div>
  )
}

function cellText(cell: Json | undefined): string {
  return typeof cell === 'string' ? cell : JSON.stringify(cell ?? null)
}
