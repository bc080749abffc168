import { type ReactElement, useMemo, useRef, useState } from 'react'
import { planProblems } from '../../core/tracking-plan/check.ts'
import type { PlanRule } from '../../core/tracking-plan/tracking-plan.ts'
import { LeaveGuard } from '../actions/LeaveGuard.tsx'
import { type Answer, api } from '../api/api.ts'
import { useSaved } from '../api/use-saved.ts'
import { Button } from '../ui/Button.tsx'
import { Field } from '../ui/Field.tsx'
import { Icon } from '../ui/Icon.tsx'
import { SplitPane } from '../ui/SplitPane.tsx'
import { TextInput } from '../ui/TextInput.tsx'
import { ImportDialog } from './ImportDialog.tsx'
import { type DraftProblem, draftsOf, inOrder, newDraft, type RuleDraft, rulesOf } from './plan-draft.ts'
import { RuleEditor } from './RuleEditor.tsx'
import { RuleList } from './RuleList.tsx'
import { TrialPanel } from './TrialPanel.tsx'

type Plan = Answer<'GET /admin/v1/tracking-plans/:id'>

/** The rules of a plan, each edited by itself and all saved together. */
export function PlanEditor({ plan }: { readonly plan: Plan }): ReactElement {
  const work = usePlanWork(plan)
  const { drafts, chosen, problems, isDirty, rules } = work
  const index = drafts.findIndex(({ key }) => key === chosen)
  const draft = drafts[index]
  const [isImporting, setImporting] = useState(false)
  return (
    <div className="flex flex-col gap-4">
      <LeaveGuard isDirty={isDirty} />
      <div className="flex flex-wrap items-end gap-3">
        <div className="w-full sm:w-72">
          <Field label="Name" isRequired>
            {(ids) => <TextInput {...ids} value={work.name} onText={work.setName} maxLength={100} />}
          </Field>
        </div>
        <Button needs="edit" onClick={work.add}>
          <Icon name="plus" /> Add rule
        </Button>
        <Button needs="edit" onClick={() => setImporting(true)}>
          Import…
        </Button>
        {isDirty && (
          <>
            <Button
              needs="edit"
              look="primary"
              isBusy={work.save.isPending}
              disabled={problems.length > 0 || work.name.trim() === ''}
              onClick={() => work.save.mutate(undefined)}
            >
              Save the plan
            </Button>
            <Button onClick={work.discard}>Discard changes</Button>
          </>
        )}
        <span role="status" className="text-sm text-bad empty:hidden">
          {problems.length > 0 && (problems.length === 1 ? 'One problem' : `${problems.length} problems`)}
        </span>
      </div>
      <SplitPane
        detailLabel="The chosen rule"
        onBack={() => work.choose(undefined)}
        list={<RuleList drafts={drafts} chosen={chosen} problems={problems} onChoose={work.choose} />}
        detail={
          draft === undefined ? undefined : (
            <RuleEditor
              key={draft.key}
              draft={draft}
              problems={problems.filter(({ at }) => at[0] === index)}
              onChange={work.change}
              onRemove={() => work.remove(draft.key)}
            />
          )
        }
      />
      <TrialPanel rules={rules} sources={plan.sources} />
      <ImportDialog
        isOpen={isImporting}
        onClose={() => setImporting(false)}
        rules={rules ?? plan.rules}
        onRules={work.replace}
      />
    </div>
  )
}

/** What is being written, what is wrong with it, and what can be done. */
function usePlanWork({ id, name: savedName, rules: saved, revision }: Plan) {
  const ordered = useMemo(() => draftsOf(inOrder(saved as readonly PlanRule[])), [saved])
  const [edited, setEdited] = useState<readonly RuleDraft[]>()
  const [editedName, setName] = useState<string>()
  const [chosen, choose] = useState<number>()
  const nextKey = useRef(1_000_000)
  const drafts = edited ?? ordered
  const name = editedName ?? savedName
  const written = useMemo(() => rulesOf(drafts), [drafts])
  const problems: readonly DraftProblem[] = useMemo(
    () => (written.ok ? planProblems(written.rules) : written.problems),
    [written],
  )
  const discard = () => {
    setEdited(undefined)
    setName(undefined)
  }
  const save = useSaved(
    () => {
      const rules = written.ok ? [...written.rules] : []
      return api('PATCH /admin/v1/tracking-plans/:id', {
        params: { id },
        body: { name: name.trim(), rules, revision },
      })
    },
    {
      said: () => `The plan ${name} is saved. It counts from the next event on.`,
      onDone: discard,
      onUndone: discard,
    },
  )
  return {
    ...{ name, setName, drafts, chosen, choose, problems, save, discard },
    rules: written.ok && problems.length === 0 ? written.rules : undefined,
    isDirty: edited !== undefined || (editedName !== undefined && editedName !== savedName),
    change: (draft: RuleDraft) => setEdited(drafts.map((one) => (one.key === draft.key ? draft : one))),
    remove(key: number) {
      setEdited(drafts.filter((one) => one.key !== key))
      choose(undefined)
    },
    add() {
      const key = nextKey.current++
      setEdited([newDraft(key), ...drafts])
      choose(key)
    },
    replace(rules: readonly PlanRule[]) {
      const first = nextKey.current
      nextKey.current += rules.length
      setEdited(draftsOf(inOrder(rules), first))
      choose(undefined)
    },
  }
}
