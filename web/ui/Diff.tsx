import { type ReactElement, useMemo } from 'react'
import type { Json } from '../../core/event.ts'
import { classNames } from './class-names.ts'
import { type DiffLine, diffLines } from './diff-lines.ts'

type Props = {
  readonly label: string
  readonly was: Json | undefined
  readonly becomes: Json | undefined
  readonly wasTitle?: string
  readonly becomesTitle?: string
}

/** Two values side by side, with what differs in words for readers and in colour for eyes. */
export function Diff({
  label,
  was,
  becomes,
  wasTitle = 'Was',
  becomesTitle = 'Becomes',
}: Props): ReactElement {
  const lines = useMemo(() => diffLines(text(was), text(becomes)), [was, becomes])
  return (
    <section
      aria-label={label}
      tabIndex={0}
      className="max-h-[32rem] overflow-auto rounded-lg border border-line"
    >
      <table className="w-full table-fixed font-mono text-sm">
        <thead className="sticky top-0 bg-well text-left font-sans text-muted">
          <tr>
            <th scope="col" className="px-3 py-1 font-medium">
              {wasTitle}
            </th>
            <th scope="col" className="border-l border-line px-3 py-1 font-medium">
              {becomesTitle}
            </th>
          </tr>
        </thead>
        <tbody>
          {lines.map((line, index) => (
            <tr key={index} className="align-top leading-5">
              <Side text={line.was} kind={line.kind} isNew={false} />
              <Side text={line.becomes} kind={line.kind} isNew />
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

type SideProps = {
  readonly text: string | undefined
  readonly kind: DiffLine['kind']
  readonly isNew: boolean
}

function Side({ text: line, kind, isNew }: SideProps): ReactElement {
  const isChanged = kind !== 'same' && line !== undefined
  const Mark = isNew ? 'ins' : 'del'
  return (
    <td
      className={classNames(
        'px-3 break-words whitespace-pre-wrap',
        isNew && 'border-l border-line',
        isChanged && (isNew ? 'bg-good-soft' : 'bg-bad-soft'),
      )}
    >
      {isChanged ? <Mark className="no-underline">{line}</Mark> : line}
    </td>
  )
}

function text(value: Json | undefined): string {
  return value === undefined ? '' : JSON.stringify(value, null, 2)
}
