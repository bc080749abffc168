import type { ReactElement } from 'react'
import { problemText } from '../../../core/trigger/trigger.ts'
import { Button } from '../../ui/Button.tsx'
import { classNames } from '../../ui/class-names.ts'
import { countText } from '../../ui/format.ts'
import { Icon } from '../../ui/Icon.tsx'
import { Code, loadCode } from '../code/Code.tsx'
import { useEditorContext } from '../editor-context.ts'
import { codeParts } from '../logic/trigger-state.ts'
import { ProblemLine } from '../ProblemLine.tsx'
import type { Editor } from '../use-editor.ts'
import { ConditionGroup } from './ConditionGroup.tsx'

type Props = {
  readonly editor: Editor
  readonly counted: { readonly events: number; readonly matches: number } | undefined
  readonly isCounting: boolean
}

/** Which events the action gets: as rows or as code, which are the same trigger. */
export function When({ editor, counted, isCounting }: Props): ReactElement {
  const { trigger, epoch } = editor
  const { mode, form } = trigger
  const parts = form === undefined ? [] : codeParts(form)
  return (
    <section aria-labelledby="when" className="panel">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2 border-b border-line px-4 py-2">
        <h2 id="when" className="text-lg font-semibold">
          When
        </h2>
        <ModeSwitch editor={editor} />
        <p role="status" className="ml-auto text-sm text-muted">
          {counted !== undefined && (
            <span className={isCounting ? 'opacity-80' : undefined}>
              matches <strong className="text-text">{countText(counted.matches)}</strong> of the last{' '}
              {countText(counted.events)} events
            </span>
          )}
        </p>
      </div>
      <div className="flex flex-col gap-3 p-4">
        {mode === 'code' || form === undefined ? (
          <TriggerCode key={epoch} editor={editor} />
        ) : (
          <>
            {parts.length > 0 && <CodePartsNote parts={parts} onCode={() => editor.setMode('code')} />}
            <ConditionGroup
              key={epoch}
              group={form}
              place={[]}
              form={form}
              problems={trigger.rowProblems}
              onForm={editor.setForm}
            />
          </>
        )}
      </div>
    </section>
  )
}

const ABOUT_TO_WRITE = { onPointerEnter: () => void loadCode(), onFocus: () => void loadCode() }

function ModeSwitch({ editor: { trigger, setMode } }: { readonly editor: Editor }): ReactElement {
  const isStuck = trigger.mode === 'code' && trigger.form === undefined
  return (
    <div
      role="radiogroup"
      aria-label="How the trigger is shown"
      className="flex rounded-md border border-edge p-0.5"
    >
      {(['conditions', 'code'] as const).map((mode) => (
        <button
          key={mode}
          type="button"
          role="radio"
          aria-checked={trigger.mode === mode}
          disabled={mode === 'conditions' && isStuck}
          title={mode === 'conditions' && isStuck ? 'The code must be right first' : undefined}
          onClick={() => setMode(mode)}
          {...(mode === 'code' && ABOUT_TO_WRITE)}
          className={classNames(
            'h-6 rounded px-2 text-sm disabled:opacity-55',
            trigger.mode === mode ? 'bg-accent-soft font-medium text-accent' : 'text-muted hover:text-text',
          )}
        >
          {mode === 'conditions' ? 'Conditions' : 'Code'}
        </button>
      ))}
    </div>
  )
}

function TriggerCode({ editor: { trigger, setText } }: { readonly editor: Editor }): ReactElement {
  const { paths } = useEditorContext()
  const { problem, text } = trigger
  return (
    <div className="flex flex-col gap-1.5">
      <Code
        label="Trigger"
        text={text}
        onText={setText}
        language="trigger"
        paths={paths}
        hint={'type = "track" and properties.plan = "pro"'}
        isInvalid={problem !== undefined}
      />
      <ProblemLine problem={problem && `At character ${problem.span.start + 1}: ${problemText(problem)}`} />
      <p className="text-sm text-muted">
        Fields, <code>=</code> <code>!=</code> <code>&gt;</code> <code>in</code>, <code>and</code>,{' '}
        <code>or</code>, <code>!( )</code>, <code>contains()</code>, <code>match()</code>.{' '}
        <a href="/docs/triggers" className="link" target="_blank" rel="noreferrer">
          The language
        </a>
      </p>
    </div>
  )
}

function CodePartsNote({
  parts,
  onCode,
}: {
  readonly parts: readonly string[]
  readonly onCode: () => void
}): ReactElement {
  return (
    <div className="flex flex-wrap items-start gap-2 rounded-md bg-wait-soft px-3 py-2 text-sm">
      <Icon name="info" className="mt-0.5 text-wait" />
      <p className="min-w-0 flex-1">
        {parts.length === 1 ? 'One part says' : `${parts.length} parts say`} more than a row can show, and
        {parts.length === 1 ? ' stands' : ' stand'} as code:{' '}
        {parts.map((part, index) => (
          <span key={part}>
            {index > 0 && ', '}
            <code className="break-all">{part}</code>
          </span>
        ))}
      </p>
      <Button size="small" look="quiet" onClick={onCode}>
        <Icon name="code" /> All as code
      </Button>
    </div>
  )
}
