import { type ReactElement, useState } from 'react'
import { type RedactRule, ruleText } from '../../core/redact/rule.ts'
import { Button } from '../ui/Button.tsx'
import { IconButton } from '../ui/IconButton.tsx'
import { NewRule } from './NewRule.tsx'
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
  const hasChanged = JSON.stringify(rules) !== JSON.stringify(saved)
  return (
    <div className="flex flex-col gap-3">
      {rules.length > 0 && (
        <ol className="flex flex-col gap-1">
          {rules.map((rule, index) => (
            <li
              // The same rule twice is one too many, and is told apart by its place.
              key={`${ruleText(rule)} ${index}`}
              className="flex items-center gap-2 rounded-md border border-line px-2 py-1"
            >
              <code className="min-w-0 flex-1 break-words">{ruleText(rule)}</code>
              <IconButton
                icon="arrow-up"
                label={`Move rule ${index + 1} up`}
                onClick={() => setRules(moved(rules, index, -1))}
              />
              <IconButton
                icon="arrow-down"
                label={`Move rule ${index + 1} down`}
                onClick={() => setRules(moved(rules, index, 1))}
              />
              <IconButton
                icon="trash"
                label={`Remove rule ${index + 1}`}
                onClick={() => setRules(rules.toSpliced(index, 1))}
              />
            </li>
          ))}
        </ol>
      )}
      <div className="flex flex-wrap gap-2">
        {presetsLeft(rules).map(({ label, rule }) => (
          <Button key={label} size="small" onClick={() => setRules([...rules, rule])}>
            {label}
          </Button>
        ))}
      </div>
      <NewRule onAdd={(rule) => setRules([...rules, rule])} />
      {rules.length > 0 && <RulesPreview of={of} rules={rules} />}
      {hasChanged && (
        <div className="flex gap-2">
          <Button look="primary" isBusy={isSaving} onClick={() => onSave(rules)}>
            Save the rules
          </Button>
          <Button onClick={() => setRules(saved)}>Discard changes</Button>
        </div>
      )}
    </div>
  )
}
