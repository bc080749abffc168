import { type ReactElement, useRef, useState } from 'react'
import type { Json } from '../../core/event.ts'
import { Field } from '../ui/Field.tsx'
import { TextInput } from '../ui/TextInput.tsx'
import { type Draft, writeDraft } from './draft.ts'
import type { Kind } from './KindCards.tsx'
import { SettingsForm } from './SettingsForm.tsx'
import { StepButtons } from './StepButtons.tsx'
import { settingsProblems } from './settings-problems.ts'

type Props = { readonly kind: Kind; readonly draft: Draft }
const NAME_CHARS_MAX = 100

/** What the destination needs to know, checked while it is typed. */
export function SettingsStep({ kind, draft }: Props): ReactElement {
  const [isAsked, setAsked] = useState(false)
  const form = useRef<HTMLDivElement>(null)
  const problems = settingsProblems(kind.kind, draft.settings)
  const secrets = Object.entries(kind.settings).flatMap(([name, { type }]) =>
    type === 'secret' ? [name] : [],
  )

  function change(name: string, value: Json | undefined): void {
    const { [name]: _, ...others } = draft.settings
    // An empty text stays, so that the field counts as touched and says that it is missing.
    const settings = { ...others, [name]: value ?? '' }
    writeDraft(kind.kind, { ...draft, settings }, secrets)
  }
  function mayGoOn(): boolean {
    if (Object.keys(problems).length === 0) return true
    setAsked(true)
    // After the errors are there.
    requestAnimationFrame(() => form.current?.querySelector<HTMLElement>('[aria-invalid]')?.focus())
    return false
  }
  return (
    <div ref={form}>
      <p className="mb-4 text-muted">What {kind.name} needs to know. Change any of it later.</p>
      <div className="panel flex flex-col gap-5 p-4">
        <Field label="Name" help={`What people call it here. Left empty: ${kind.name}.`}>
          {(ids) => (
            <TextInput
              {...ids}
              className="max-w-xs"
              maxLength={NAME_CHARS_MAX}
              placeholder={kind.name}
              value={draft.name ?? ''}
              onText={(name) => writeDraft(kind.kind, { ...draft, name }, secrets)}
            />
          )}
        </Field>
        <SettingsForm
          fields={kind.settings}
          values={draft.settings}
          problems={problems}
          isAsked={isAsked}
          onChange={change}
        />
      </div>
      <StepButtons kind={kind.kind} step="settings" next="Go on to actions" onNext={mayGoOn} />
    </div>
  )
}
