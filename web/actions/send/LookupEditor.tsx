import { type ReactElement, type ReactNode, useState } from 'react'
import { Button } from '../../ui/Button.tsx'
import { Icon } from '../../ui/Icon.tsx'
import { IconButton } from '../../ui/IconButton.tsx'
import { TextInput } from '../../ui/TextInput.tsx'
import { useEditorContext } from '../editor-context.ts'
import { sameJson } from '../logic/draft.ts'
import { type Lookup, type LookupRow, lookupProblem, readLookup, writeLookup } from '../logic/lookup.ts'
import { mappingPath } from '../logic/paths.ts'
import { fixedValue } from '../logic/value-kinds.ts'
import { SuggestInput } from '../SuggestInput.tsx'
import { ValueEditor, type ValueProps } from './ValueEditor.tsx'

const EMPTY: Lookup = { value: { '@path': '$.' }, rows: [], otherwise: undefined }

/** `@lookup`: a row for each value that becomes another, and what becomes of all others. */
export function LookupEditor({ label, type, value, onValue, depth = 0 }: ValueProps): ReactElement {
  const given = readLookup(value) ?? EMPTY
  const [rows, setRows] = useState(given.rows)
  const isBroken = lookupProblem(rows) !== undefined
  // Put from elsewhere: by the default, by an undo. A mapping keeps neither the order of rows nor two with one key.
  if (!isBroken && !sameJson(byKey(rows), byKey(given.rows))) setRows(given.rows)

  function put(next: readonly LookupRow[]): void {
    setRows(next)
    onValue(writeLookup({ ...given, rows: next }), lookupProblem(next))
  }
  const set = (part: Partial<Lookup>, problem?: string) =>
    onValue(writeLookup({ ...given, rows, ...part }), problem ?? lookupProblem(rows))
  const inner = { type, depth: depth + 1 }
  return (
    <div className="flex min-w-0 flex-col gap-2">
      <Line word="this">
        <ValueEditor
          {...inner}
          type="string"
          label={`${label}, looked up`}
          value={given.value}
          onValue={(next, problem) => set({ value: next ?? null }, problem)}
        />
      </Line>
      {rows.map((row, index) => (
        <Row
          key={index}
          label={`${label}, row ${index + 1}`}
          row={row}
          of={given.value}
          onRow={(next) => put(rows.with(index, { ...next, value: fixedLike(next.value, row.value) }))}
          onRemove={() => put(rows.toSpliced(index, 1))}
        />
      ))}
      <div>
        <Button size="small" look="quiet" onClick={() => put([...rows, { key: freeKey(rows), value: '' }])}>
          <Icon name="plus" /> Row
        </Button>
      </div>
      <Line word="or else">
        <ValueEditor
          {...inner}
          isOptional
          label={`${label}, all others`}
          value={given.otherwise}
          onValue={(otherwise, problem) => set({ otherwise }, problem)}
        />
      </Line>
    </div>
  )
}

function byKey(rows: readonly LookupRow[]): object {
  return Object.fromEntries(rows.map(({ key, value }) => [key, value]))
}

/** A number stays one as long as one is typed. */
function fixedLike(typed: LookupRow['value'], before: LookupRow['value']): LookupRow['value'] {
  const fixed = fixedValue(String(typed), typeof before as 'string' | 'number' | 'boolean')
  return fixed as LookupRow['value']
}

/** Empty at first; where such a row is there already, a key that none has. */
function freeKey(rows: readonly LookupRow[]): string {
  const isTaken = (key: string) => rows.some((row) => row.key === key)
  if (!isTaken('')) return ''
  let count = rows.length
  while (isTaken(`value ${count}`)) count += 1
  return `value ${count}`
}

function Line({ word, children }: { readonly word: string; readonly children: ReactNode }): ReactElement {
  return (
    <div className="flex items-start gap-1">
      <span className="w-12 shrink-0 pt-1.5 text-sm text-muted">{word}</span>
      <div className="min-w-0 flex-1">{children}</div>
    </div>
  )
}

type RowProps = {
  readonly label: string
  readonly row: LookupRow
  /** What is looked up: what real events have there is offered. */
  readonly of: Lookup['value']
  readonly onRow: (row: LookupRow) => void
  readonly onRemove: () => void
}

function Row({ label, row, of, onRow, onRemove }: RowProps): ReactElement {
  const { paths } = useEditorContext()
  const path = (of as { readonly '@path'?: unknown } | null)?.['@path']
  const examples = paths.find((one) => mappingPath(one.path) === path)?.examples ?? []
  return (
    <div role="group" aria-label={label} className="flex items-center gap-1">
      <span className="w-12 shrink-0 text-sm text-muted max-sm:hidden">when</span>
      <SuggestInput
        label={`${label}: when it is`}
        value={row.key}
        placeholder="value"
        onText={(key) => onRow({ ...row, key })}
        suggest={(typed) =>
          examples
            .map(String)
            .filter((one) => one !== typed && one.toLowerCase().includes(typed.toLowerCase()))
            .map((one) => ({ label: one }))
        }
        className="flex-1"
      />
      <Icon name="arrow-right" size={12} className="shrink-0 text-muted" label="gives" />
      <TextInput
        aria-label={`${label}: gives`}
        value={String(row.value)}
        onText={(value) => onRow({ ...row, value })}
        className="min-w-0 flex-1"
      />
      <IconButton icon="cross" label={`Remove ${label}`} onClick={onRemove} />
    </div>
  )
}
