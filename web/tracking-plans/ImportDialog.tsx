import { type ReactElement, useState } from 'react'
import type { PlanRule } from '../../core/tracking-plan/tracking-plan.ts'
import { Button } from '../ui/Button.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { ChangeList } from './ChangeList.tsx'
import { mergedRules, ruleChanges } from './plan-draft.ts'
import { ReadDocument } from './ReadDocument.tsx'

type Props = {
  readonly isOpen: boolean
  readonly onClose: () => void
  /** As they are now. */
  readonly rules: readonly PlanRule[]
  readonly onRules: (rules: readonly PlanRule[]) => void
}

/** Rules of another plan, laid over these or put in their place; saved they are later. */
export function ImportDialog({ isOpen, onClose, rules, onRules }: Props): ReactElement {
  const [read, setRead] = useState<readonly PlanRule[]>()
  const [isWhole, setWhole] = useState(false)
  const next = read === undefined ? undefined : isWhole ? read : mergedRules(rules, read)
  const close = () => {
    setRead(undefined)
    onClose()
  }
  return (
    <Dialog
      isOpen={isOpen}
      onClose={close}
      title="Import rules"
      isWide
      actions={
        <>
          <Button onClick={close}>Cancel</Button>
          <Button
            look="primary"
            disabled={next === undefined}
            onClick={() => {
              if (next !== undefined) onRules(next)
              close()
            }}
          >
            Take these rules
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <ReadDocument onRead={(found) => setRead(found?.rules)} />
        <label className="flex items-center gap-2">
          <input
            type="checkbox"
            checked={isWhole}
            onChange={(event) => setWhole(event.target.checked)}
            className="accent-accent"
          />
          Remove the rules that are not in it
        </label>
        {next !== undefined && <ChangeList changes={ruleChanges(rules, next)} />}
      </div>
    </Dialog>
  )
}
