import { type ReactElement, useState } from 'react'
import { ruleProblems } from '../../core/redact/check.ts'
import {
  KEEP_LAST_MAX,
  REDACT_HOWS,
  REDACT_PATTERNS,
  type RedactHow,
  type RedactRule,
} from '../../core/redact/rule.ts'
import { Button } from '../ui/Button.tsx'
import { Checkbox } from '../ui/Checkbox.tsx'
import { Field } from '../ui/Field.tsx'
import { Select } from '../ui/Select.tsx'
import { TextInput } from '../ui/TextInput.tsx'
import { draftOf, NEW_DRAFT, type RuleDraft, ruleOf } from './rule-draft.ts'

const WHATS = [
  { value: '', label: 'everything there' },
  ...REDACT_PATTERNS.map((value) => ({ value, label: value })),
  { value: 'regex', label: 'an expression' },
]

type Props = {
  /** Left out: a new one. */
  readonly rule?: RedactRule
  readonly onDone: (rule: RedactRule) => void
  /** Of a rule that is there: it stays as it was. */
  readonly onCancel?: () => void
}

/** A rule of the person's own, a new one or one that is there: told what is wrong before it counts. */
export function RuleForm({ rule, onDone, onCancel }: Props): ReactElement {
  const [draft, setDraft] = useState(rule === undefined ? NEW_DRAFT : draftOf(rule))
  const typed = ruleOf(draft)
  const problems = ruleProblems([typed])
  return (
    <form
      aria-label={rule === undefined ? 'New rule' : 'Change the rule'}
      className="flex flex-wrap items-start gap-2"
      onSubmit={(event) => {
        event.preventDefault()
        if (problems.length > 0) return
        onDone(typed)
        setDraft(NEW_DRAFT)
      }}
      onKeyDown={(event) => {
        if (event.key === 'Escape') onCancel?.()
      }}
    >
      <Inputs
        draft={draft}
        onType={(typed) => setDraft({ ...draft, ...typed })}
        problemOf={(name) => problems.find(({ at }) => at[1] === name)?.problem}
      />
      <Button type="submit" className="mt-7" disabled={problems.length > 0}>
        {rule === undefined ? 'Add rule' : 'Change it'}
      </Button>
      {onCancel !== undefined && (
        <Button className="mt-7" onClick={onCancel}>
          Leave it
        </Button>
      )}
    </form>
  )
}

type InputsProps = {
  readonly draft: RuleDraft
  readonly onType: (typed: Partial<RuleDraft>) => void
  readonly problemOf: (name: keyof RedactRule) => string | undefined
}

function Inputs({ draft, onType, problemOf }: InputsProps): ReactElement {
  const { how, what, path, regex, keepLast } = draft
  return (
    <>
      <Field label="Do">
        {(ids) => (
          <Select
            {...ids}
            value={how}
            choices={REDACT_HOWS.map((value) => ({ value, label: value }))}
            onChoice={(value) => onType({ how: value as RedactHow })}
          />
        )}
      </Field>
      <Field label="With">
        {(ids) => (
          <Select
            {...ids}
            value={what}
            choices={WHATS}
            onChoice={(value) => onType({ what: value as RuleDraft['what'] })}
          />
        )}
      </Field>
      {what === 'regex' && (
        <Field label="Expression" error={regex === '' ? undefined : problemOf('regex')}>
          {(ids) => <TextInput {...ids} isMono value={regex} onText={(text) => onType({ regex: text })} />}
        </Field>
      )}
      <Field label="Where" help="Empty: anywhere" error={path === '' ? undefined : problemOf('path')}>
        {(ids) => (
          <TextInput
            {...ids}
            isMono
            value={path}
            onText={(text) => onType({ path: text })}
            placeholder="context.traits.*"
          />
        )}
      </Field>
      {how === 'mask' && (
        <Field label="Leave at the end" help={`Up to ${KEEP_LAST_MAX}`} error={problemOf('keepLast')}>
          {(ids) => (
            <TextInput
              {...ids}
              inputMode="numeric"
              className="w-24"
              value={keepLast}
              onText={(text) => onType({ keepLast: text.trim() })}
            />
          )}
        </Field>
      )}
      {what !== '' && (
        <div className="mt-7">
          <Checkbox
            isChecked={draft.isInNames}
            onChange={(isInNames) => onType({ isInNames })}
            label="In names too"
          />
        </div>
      )}
    </>
  )
}
