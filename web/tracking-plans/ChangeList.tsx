import { type ReactElement, useState } from 'react'
import type { Json } from '../../core/event.ts'
import type { PlanRule } from '../../core/tracking-plan/tracking-plan.ts'
import { Button } from '../ui/Button.tsx'
import { Diff } from '../ui/Diff.tsx'
import { Tag } from '../ui/Tag.tsx'
import type { RuleChange } from './plan-draft.ts'

/** Nobody reads on. */
const SHOWN_MAX = 200

/** What is different between two versions of a plan; each rule opens to what changed in it. */
export function ChangeList({ changes }: { readonly changes: readonly RuleChange[] }): ReactElement {
  const [open, setOpen] = useState<string>()
  if (changes.length === 0) return <p className="text-muted">No rule is different.</p>
  return (
    <ul aria-label="Rules that are different" className="flex flex-col gap-1">
      {changes.slice(0, SHOWN_MAX).map((one) => {
        const key = `${one.type} ${one.name}`
        return (
          <li key={key}>
            <Button
              look="quiet"
              size="small"
              aria-expanded={open === key}
              onClick={() => setOpen(open === key ? undefined : key)}
            >
              {one.name} <Tag>{one.type}</Tag> {one.change}
            </Button>
            {open === key && (
              <Diff
                label={`What is different in ${one.name}`}
                was={shown(one.before)}
                becomes={shown(one.after)}
              />
            )}
          </li>
        )
      })}
      {changes.length > SHOWN_MAX && <li className="text-muted">And {changes.length - SHOWN_MAX} more.</li>}
    </ul>
  )
}

function shown(rule: PlanRule | undefined): Json | undefined {
  return rule as unknown as Json | undefined
}
