import type { ReactElement } from 'react'
import type { FieldType } from '../../../core/destination.ts'
import type { MappingValue } from '../../../core/mapping/mapping.ts'
import { classNames } from '../../ui/class-names.ts'
import { Select } from '../../ui/Select.tsx'
import { KIND_LABELS, kindOf, VALUE_KINDS, type ValueKind, valueFor } from '../logic/value-kinds.ts'
import { CodeValue } from './CodeValue.tsx'
import { FirstEditor } from './FirstEditor.tsx'
import { FixedInput } from './FixedInput.tsx'
import { LookupEditor } from './LookupEditor.tsx'
import { ObjectEditor } from './ObjectEditor.tsx'
import { PathInput } from './PathInput.tsx'
import { TemplateInput } from './TemplateInput.tsx'
import { useChosenKind } from './use-chosen-kind.ts'

export type ValueProps = {
  /** Of the field, for every input of it. */
  readonly label: string
  readonly type: FieldType
  readonly choices?: readonly string[] | undefined
  readonly value: MappingValue | undefined
  /** What the field has by default: a path of it is offered. */
  readonly fallback?: MappingValue | undefined
  /** A problem says that what was typed is no value yet. */
  readonly onValue: (value: MappingValue | undefined, problem?: string) => void
  /** How deep it stands in lists and objects. */
  readonly depth?: number
  /** It may be left out, deep inside too. */
  readonly isOptional?: boolean
}

const DEPTH_MAX = 3
/** They need the whole width. */
const LARGE: readonly ValueKind[] = ['object', 'first', 'lookup', 'code']

/** How a value is made: from the event, a text, fixed, an object, the first that is there, or any directive as code. */
export function ValueEditor(props: ValueProps): ReactElement {
  const { label, type, value, fallback, onValue, depth = 0, isOptional = depth === 0 } = props
  const [kind, setKind] = useChosenKind(kindOf(value, type))
  const kinds = VALUE_KINDS.filter(
    (one) => one === kind || (one === 'nothing' ? isOptional : isOffered(one, type, depth)),
  )
  return (
    <div className={classNames('flex min-w-0 flex-col gap-2', !LARGE.includes(kind) && 'sm:flex-row')}>
      <Select
        aria-label={`${label}: where from`}
        value={kind}
        choices={kinds.map((one) => ({ value: one, label: KIND_LABELS[one] }))}
        onChoice={(next) => {
          setKind(next as ValueKind)
          onValue(valueFor(next as ValueKind, value, fallback))
        }}
        className={classNames('w-full shrink-0 self-start', depth === 0 ? 'sm:w-42' : 'sm:w-40')}
      />
      <div className="min-w-0 flex-1">
        <Inner {...props} kind={kind} />
      </div>
    </div>
  )
}

/** An object is made from an object; what holds several values stands nowhere deep inside. */
function isOffered(kind: ValueKind, type: FieldType, depth: number): boolean {
  if (kind === 'object') return (type === 'object' || depth > 0) && depth < DEPTH_MAX
  if (kind === 'lookup') return type !== 'object' && type !== 'list' && depth < DEPTH_MAX
  if (kind === 'first') return depth < DEPTH_MAX
  if (kind === 'path') return type !== 'object' || depth > 0
  if (kind === 'template' || kind === 'fixed') return type !== 'object' && type !== 'list'
  return true
}

function Inner(props: ValueProps & { readonly kind: ValueKind }): ReactElement {
  switch (props.kind) {
    case 'nothing':
      return <p className="py-1.5 text-sm text-muted">It is left out.</p>
    case 'path':
      return <PathInput {...props} />
    case 'template':
      return <TemplateInput {...props} />
    case 'fixed':
      return <FixedInput {...props} />
    case 'object':
      return <ObjectEditor {...props} />
    case 'first':
      return <FirstEditor {...props} />
    case 'lookup':
      return <LookupEditor {...props} />
    case 'code':
      return <CodeValue {...props} />
  }
}
