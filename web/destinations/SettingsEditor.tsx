import { type FormEvent, type ReactElement, useEffect, useRef, useState } from 'react'
import type { Json, JsonObject } from '../../core/event.ts'
import { api } from '../api/api.ts'
import { SettingsForm } from '../settings-form/SettingsForm.tsx'
import { settingsProblems } from '../settings-form/settings-problems.ts'
import { Button } from '../ui/Button.tsx'
import { Field } from '../ui/Field.tsx'
import { TextInput } from '../ui/TextInput.tsx'
import { type Destination, type Kind, useDestination } from './destination.ts'
import { useSave } from './use-save.ts'

const NAME_CHARS_MAX = 100

type Edit = {
  readonly name: string
  readonly consent: string
  /** Only what was changed: an empty text where a value was taken away. */
  readonly settings: JsonObject
}

/** Name, settings and consent, saved together. What others change meanwhile is not overwritten. */
export function SettingsEditor({ kind }: { readonly kind: Kind }): ReactElement {
  const destination = useDestination()
  const { edit, change, isChanged, isBusy, discard, save } = useEdit(destination)
  const [isAsked, setAsked] = useState(false)
  const form = useRef<HTMLFormElement>(null)
  const values = { ...destination.settings, ...edit.settings }
  const problems = settingsProblems(kind.kind, given(values))
  const nameProblem = edit.name.trim() === '' ? 'is needed' : undefined

  function submit(event: FormEvent): void {
    event.preventDefault()
    if (nameProblem !== undefined || Object.keys(problems).length > 0) {
      setAsked(true)
      requestAnimationFrame(() => form.current?.querySelector<HTMLElement>('[aria-invalid]')?.focus())
      return
    }
    void save(given(values))
  }
  return (
    <form ref={form} onSubmit={submit} noValidate className="panel flex flex-col gap-5 p-4">
      <h2 className="text-lg font-semibold">Settings</h2>
      <Field label="Name" help="What people call it here." error={nameProblem}>
        {(ids) => (
          <TextInput
            {...ids}
            className="max-w-xs"
            maxLength={NAME_CHARS_MAX}
            value={edit.name}
            onText={(name) => change({ ...edit, name })}
          />
        )}
      </Field>
      <SettingsForm
        fields={kind.settings}
        values={values}
        problems={problems}
        isAsked={isAsked}
        onChange={(name, value) => change({ ...edit, settings: { ...edit.settings, [name]: value ?? '' } })}
      />
      <Field
        label="Consent categories"
        help="Events are sent only for people who have allowed all of these, as consent tools write it in context.consent. Others are counted as filtered. Several with commas between; none: everybody's events are sent."
      >
        {(ids) => (
          <TextInput
            {...ids}
            className="max-w-lg"
            placeholder="Analytics, Marketing"
            value={edit.consent}
            onText={(consent) => change({ ...edit, consent })}
          />
        )}
      </Field>
      <div className="flex flex-wrap items-center gap-2">
        <Button type="submit" look="primary" isBusy={isBusy} disabled={!isChanged}>
          Save
        </Button>
        {isChanged && <Button onClick={discard}>Discard changes</Button>}
        <span className="text-sm text-muted">
          {isChanged ? 'Not saved yet.' : 'Everything is saved.'} Changes count for the next event.
        </span>
      </div>
    </form>
  )
}

function useEdit(destination: Destination) {
  const send = useSave()
  const saved = asEdit(destination)
  const [edit, setEdit] = useState<Edit>(saved)
  const [seen, setSeen] = useState(destination.revision)
  const [isBusy, setBusy] = useState(false)
  const isChanged =
    edit.name !== saved.name || edit.consent !== saved.consent || Object.keys(edit.settings).length > 0
  // Nothing was typed: what is shown follows what others save.
  useEffect(() => {
    if (isChanged || destination.revision === seen) return
    setSeen(destination.revision)
    setEdit(asEdit(destination))
  }, [destination, isChanged, seen])

  async function save(settings: JsonObject): Promise<void> {
    const { id } = destination
    setBusy(true)
    const body = { name: edit.name.trim(), consent: categories(edit.consent), settings, revision: seen }
    const isSaved = await send({
      said: `The settings of ${body.name} are saved.`,
      ask: async () => {
        const answer = await api('PATCH /admin/v1/destinations/:id', { params: { id }, body })
        setSeen(answer.saved.revision)
        setEdit(asEdit(answer.saved))
        return answer
      },
    })
    setBusy(false)
    // Whoever tries again has seen what the message says.
    if (!isSaved) setSeen(destination.revision)
  }
  return { edit, change: setEdit, isChanged, isBusy, discard: () => setEdit(saved), save }
}

function asEdit({ name, consent }: Destination): Edit {
  return { name, consent: consent.join(', '), settings: {} }
}

function categories(text: string): string[] {
  return [...new Set(text.split(',').flatMap((part) => (part.trim() === '' ? [] : [part.trim()])))]
}

/** Without what was emptied: that is as it comes. */
function given(values: Readonly<Record<string, Json>>): JsonObject {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== ''))
}
