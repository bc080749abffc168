import { type ReactElement, useState } from 'react'
import type { MappingValue } from '../../../core/mapping/mapping.ts'
import type { Answer } from '../../api/api.ts'
import { Button } from '../../ui/Button.tsx'
import { Icon } from '../../ui/Icon.tsx'
import type { Editor } from '../use-editor.ts'
import type { Explained } from '../use-preview.ts'
import { FieldRow } from './FieldRow.tsx'

type Kind = Answer<'GET /admin/v1/catalogue'>['destinations'][number]
export type ActionKind = Kind['actions'][string]
export type ActionField = ActionKind['fields'][string]

type Props = {
  readonly editor: Editor
  readonly kind: ActionKind
  /** What the sample gives now. */
  readonly explained: Explained | undefined
  readonly isStale: boolean
}

/** What is sent: a row for each field of the action. */
export function Send({ editor, kind, explained, isStale }: Props): ReactElement {
  const { fields } = kind
  const usual = Object.entries(fields).filter(([, { advanced }]) => !advanced)
  const advanced = Object.entries(fields).filter(([, field]) => field.advanced)
  const known = (name: string) => explained?.fields.find((one) => one.name === name)
  const isHeld = (explained?.fields.length ?? 0) === 0
  const row = ([name, field]: readonly [string, ActionField]) => {
    const told = known(name)
    const wrong = (explained?.wrong ?? []).filter(({ at }) => at[0] === 'mapping' && at[1] === name)
    const hints = (explained?.hints ?? []).filter(({ at }) => at[0] === 'mapping' && at[1] === name)
    return (
      <FieldRow
        key={`${name}-${editor.epoch}`}
        name={name}
        field={field}
        mapped={editor.draft.mapping[name]}
        before={editor.began.mapping[name]}
        broken={editor.broken[name]}
        told={isHeld ? undefined : told}
        isStale={isStale}
        problems={[...wrong.map(({ problem }) => problem), ...(told?.problems ?? [])]}
        hints={hints.map(({ problem }) => problem)}
        onValue={(value: MappingValue | undefined, problem?: string) => editor.setField(name, value, problem)}
      />
    )
  }
  return (
    <section aria-labelledby="send" className="panel">
      <div className="border-b border-line px-4 py-2">
        <h2 id="send" className="text-lg font-semibold">
          Send
        </h2>
        <p className="text-sm text-muted">{kind.help}</p>
      </div>
      <div className="divide-y divide-line">{usual.map(row)}</div>
      {advanced.length > 0 && (
        <Advanced names={advanced.map(([name]) => name)} rows={advanced.map(row)} editor={editor} />
      )}
    </section>
  )
}

type AdvancedProps = {
  readonly names: readonly string[]
  readonly rows: readonly ReactElement[]
  readonly editor: Editor
}

/** Folded, with a word about what of it is changed or wrong. */
function Advanced({ names, rows, editor }: AdvancedProps): ReactElement {
  const [isOpen, setOpen] = useState(false)
  const changed = names.filter((name) => editor.draft.mapping[name] !== editor.began.mapping[name]).length
  return (
    <div className="border-t border-line">
      <Button
        look="quiet"
        size="small"
        className="m-2"
        aria-expanded={isOpen}
        onClick={() => setOpen(!isOpen)}
      >
        <Icon name={isOpen ? 'chevron-down' : 'chevron-right'} />
        {rows.length} more {rows.length === 1 ? 'field' : 'fields'}
        {changed > 0 && <span className="font-normal text-muted">· {changed} changed</span>}
      </Button>
      {isOpen && <div className="divide-y divide-line border-t border-line">{rows}</div>}
    </div>
  )
}
