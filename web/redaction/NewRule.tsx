import { type ReactElement, useState } from 'react'
import { ruleProblems } from '../../core/redact/check.ts'
import { REDACT_HOWS, REDACT_PATTERNS, type RedactHow, type RedactRule } from '../../core/redact/rule.ts'
import { Button } from '../ui/Button.tsx'
import { Field } from '../ui/Field.tsx'
import { Select } from '../ui/Select.tsx'
import { TextInput } from '../ui/TextInput.tsx'

const WHATS = [
  { value: '', label: 'everything there' },
  ...REDACT_PATTERNS.map((value) => ({ value, label: value })),
  { value: 'regex', label: 'an expression' },
]

/** A rule of the person's own: told what is wrong before it is added. */
export function NewRule({ onAdd }: { readonly onAdd: (rule: RedactRule) => void }): ReactElement {
  const [how, setHow] = useState<RedactHow>('mask')
  const [what, setWhat] = useState('email')
  const [path, setPath] = useState('')
  const [regex, setRegex] = useState('')
  const rule = {
    how,
    ...(path === '' ? {} : { path }),
    ...(what === '' ? {} : what === 'regex' ? { regex } : { pattern: what }),
  } as RedactRule
  const problems = ruleProblems([rule])
  const of = (name: string) => problems.find(({ at }) => at[1] === name)?.problem
  return (
    <form
      className="flex flex-wrap items-start gap-2"
      onSubmit={(event) => {
        event.preventDefault()
        if (problems.length > 0) return
        onAdd(rule)
        setPath('')
        setRegex('')
      }}
    >
      <Field label="Do">
        {(ids) => (
          <Select
            {...ids}
            value={how}
            choices={REDACT_HOWS.map((value) => ({ value, label: value }))}
            onChoice={(value) => setHow(value as RedactHow)}
          />
        )}
      </Field>
      <Field label="With">
        {(ids) => <Select {...ids} value={what} choices={WHATS} onChoice={setWhat} />}
      </Field>
      {what === 'regex' && (
        <Field label="Expression" error={regex === '' ? undefined : of('regex')}>
          {(ids) => <TextInput {...ids} isMono value={regex} onText={setRegex} />}
        </Field>
      )}
      <Field label="Where" help="Empty: anywhere" error={path === '' ? undefined : of('path')}>
        {(ids) => <TextInput {...ids} isMono value={path} onText={setPath} placeholder="context.traits.*" />}
      </Field>
      <Button type="submit" className="mt-7" disabled={problems.length > 0}>
        Add rule
      </Button>
    </form>
  )
}
