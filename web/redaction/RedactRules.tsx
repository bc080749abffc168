import { type ReactElement, useState } from 'react'
import { type RedactRule, ruleText } from '../../core/redact/rule.ts'
import { Button } from '../ui/Button.tsx'
import { IconButton } from '../ui/IconButton.tsx'
import { RuleForm } from './RuleForm.tsx'
import { RulesPreview } from './RulesPreview.tsx'
import { moved, presetsLeft } from './rule-presets.ts'

type Props = {
  readonly of: { readonly source: string } | { readonly destination: string }
  readonly saved: readonly RedactRule[]
  readonly isSaving: boolean
  readonly onSave: (rules: readonly RedactRule[]) => void
}

/** The redaction rules of a source or a destination: put together, tried on the last events, and then saved. */
export function RedactRules({ of, saved, isSaving, onSave }: Props): ReactElement {
  const [rules, setRules] = useState(saved)
  const [opened, setOpened] = useState<number>()
  const hasChanged = JSON.stringify(rules) !== JSON.stringify(saved)
  function set(next: readonly RedactRule[]): void {
    setRules(next)
    setOpened(undefined)
  }
  return (
    <div className="flex flex-col gap-3">
      {rules.length > 0 && (
        <ol className="flex flex-col gap-1">
          {rules.map((rule, index) => (
            <li
              // The same rule twice is one too many, and is told apart by its place.
              key={`${JSON.stringify(rule)} ${index}`}
              className="rounded-md border border-line px-2 py-1"
            >
              {index === opened ? (
                <RuleForm
                  rule={rule}
                  onDone={(typed) => set(rules.with(index, typed))}
                  onCancel={() => setOpened(undefined)}
                />
              ) : (
                <RuleLine rules={rules} index={index} onEdit={() => setOpened(index)} onChange={set} />
              )}
            </li>
          ))}
        </ol>
      )}
      <div className="flex flex-wrap gap-2">
        {presetsLeft(rules).map(({ label, rule }) => (
          <Button key={label} size="small" onClick={() => set([...rules, rule])}>
            {label}
          </Button>
        ))}
      </div>
      {opened === undefined && <RuleForm onDone={(rule) => set([...rules, rule])} />}
      {rules.length > 0 && <RulesPreview of={of} rules={rules} />}
      {hasChanged && (
        <div className="flex gap-2">
          <Button needs="edit" look="primary" isBusy={isSaving} onClick={() => onSave(rules)}>
            Save the rules
          </Button>
          <Button onClick={() => set(saved)}>Discard changes</Button>
        </div>
      )}
    </div>
  )
}

type LineProps = {
  readonly rules: readonly RedactRule[]
  readonly index: number
  readonly onEdit: () => void
  readonly onChange: (rules: readonly RedactRule[]) => void
}

function RuleLine({ rules, index, onEdit, onChange }: LineProps): ReactElement {
  return (
    <div className="flex items-center gap-2">
      <code className="min-w-0 flex-1 break-words">{ruleText(rules[index] as RedactRule)}</code>
      <IconButton icon="edit" label={`Change rule ${index + 1}`} onClick={onEdit} />
      <IconButton
        icon="arrow-up"
        label={`Move rule ${index + 1} up`}
        onClick={() => onChange(moved(rules, index, -1))}
      />
      <IconButton
        icon="arrow-down"
        label={`Move rule ${index + 1} down`}
        onClick={() => onChange(moved(rules, index, 1))}
      />
      <IconButton
        icon="trash"
        label={`Remove rule ${index + 1}`}
        onClick={() => onChange(rules.toSpliced(index, 1))}
      />
    </div>
  )
}
