import type { ReactElement } from 'react'
import { PLANNED_TYPES, type PlannedType, planPart } from '../../core/tracking-plan/tracking-plan.ts'
import { Code } from '../actions/code/Code.tsx'
import { Button } from '../ui/Button.tsx'
import { Field } from '../ui/Field.tsx'
import { Select } from '../ui/Select.tsx'
import { TextInput } from '../ui/TextInput.tsx'
import { type DraftProblem, hasNames, type RuleDraft } from './plan-draft.ts'

type Props = {
  readonly draft: RuleDraft
  /** Those of this rule. */
  readonly problems: readonly DraftProblem[]
  readonly onChange: (draft: RuleDraft) => void
  readonly onRemove: () => void
}

/** One rule: of which calls it is, and the schemas of what they carry. */
export function RuleEditor({ draft, problems, onChange, onRemove }: Props): ReactElement {
  const { type, event, description, schema, context } = draft
  const of = (name: string) => problems.filter(({ at }) => at[1] === name)
  const ofRule = problems.filter(({ at }) => at.length < 2)
  const part = planPart(type)
  return (
    <div className="flex flex-col gap-4 p-4">
      <div className="flex flex-wrap gap-3">
        <Field label="Call" error={of('type')[0]?.problem}>
          {(ids) => (
            <Select
              {...ids}
              value={type}
              choices={PLANNED_TYPES.map((value) => ({ value, label: value }))}
              onChoice={(value) => onChange({ ...draft, type: value as PlannedType })}
            />
          )}
        </Field>
        {hasNames(type) && (
          <div className="min-w-48 flex-1">
            <Field
              label={type === 'track' ? 'Event' : 'Name'}
              help={`Empty: all ${type} calls that have no rule of their own.`}
              error={of('event')[0]?.problem ?? ofRule[0]?.problem}
            >
              {(ids) => (
                <TextInput {...ids} value={event} onText={(text) => onChange({ ...draft, event: text })} />
              )}
            </Field>
          </div>
        )}
      </div>
      <Field label="Description" error={of('description')[0]?.problem}>
        {(ids) => (
          <TextInput
            {...ids}
            value={description}
            onText={(text) => onChange({ ...draft, description: text })}
          />
        )}
      </Field>
      <SchemaCode
        label={`Schema of the ${part}`}
        help={`JSON Schema (draft-07) of ${part}, such as {"required": ["total"], "properties": {"total": {"type": "number"}}}.`}
        text={schema}
        problems={of('schema')}
        onText={(text) => onChange({ ...draft, schema: text })}
      />
      <details open={context !== ''}>
        <summary className="font-medium">Context</summary>
        <div className="mt-2">
          <SchemaCode
            label="Schema of the context"
            help="The same of what client libraries put beside; empty: anything."
            text={context}
            problems={of('context')}
            onText={(text) => onChange({ ...draft, context: text })}
          />
        </div>
      </details>
      <Button needs="edit" className="self-start" onClick={onRemove}>
        Remove this rule
      </Button>
    </div>
  )
}

type SchemaCodeProps = {
  readonly label: string
  readonly help: string
  readonly text: string
  readonly problems: readonly DraftProblem[]
  readonly onText: (text: string) => void
}

function SchemaCode({ label, help, text, problems, onText }: SchemaCodeProps): ReactElement {
  return (
    <div className="flex min-w-0 flex-col gap-1">
      <span className="font-medium">{label}</span>
      <Code language="json" paths={[]} isInvalid={problems.length > 0} {...{ label, text, onText }} />
      <ul
        aria-live="polite"
        aria-label={`What is wrong with the ${label.toLowerCase()}`}
        className="text-sm text-bad empty:hidden"
      >
        {problems.map(({ at, problem }) => (
          <li key={`${at.join('.')} ${problem}`}>
            {at.length > 2 && <code>{at.slice(2).join('.')} </code>}
            {problem}
          </li>
        ))}
      </ul>
      <p className="text-sm text-muted">{help}</p>
    </div>
  )
}
