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

/** Only what was changed here; all else is as it is saved, also when others save it meanwhile. */
type Edit = {
  readonly name?: string
  readonly consent?: string
  /** An empty text where a value was taken away. */
  readonly settings: JsonObject
}
const NOTHING: Edit = { settings: {} }

/** Name, settings and consent, saved together. What others change meanwhile is not overwritten. */
export function SettingsEditor({ kind }: { readonly kind: Kind }): ReactElement {
  const destination = useDestination()
  const { edit, change, isChanged, isBusy, discard, save } = useEdit(destination)
  const [isAsked, setAsked] = useState(false)
  const form = useRef<HTMLFormElement>(null)
  const values = { ...destination.settings, ...edit.settings }
  const problems = settingsProblems(kind.kind, given(values))
  const name = edit.name ?? destination.name
  const nameProblem = name.trim() === '' ? 'is needed' : undefined

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
            value={name}
            onText={(text) => change({ name: text })}
          />
        )}
      </Field>
      <SettingsForm
        fields={kind.settings}
        values={values}
        problems={problems}
        isAsked={isAsked}
        onChange={(key, value) => change({ settings: { ...edit.settings, [key]: value ?? '' } })}
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
            value={edit.consent ?? destination.consent.join(', ')}
            onText={(consent) => change({ consent })}
          />
        )}
      </Field>
      <div className="flex flex-wrap items-center gap-2">
        <Button needs="edit" type="submit" look="primary" isBusy={isBusy} disabled={!isChanged}>
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

function useEdit({ id, revision }: Destination) {
  const send = useSave()
  const [edit, setEdit] = useState(NOTHING)
  /** Of what the person saw who began to type. */
  const [seen, setSeen] = useState(revision)
  const [isBusy, setBusy] = useState(false)
  const [isRefused, setRefused] = useState(false)
  const isChanged =
    edit.name !== undefined || edit.consent !== undefined || Object.keys(edit.settings).length > 0
  // Who tries again after a refusal has been told what happened, and sees what others saved.
  useEffect(() => {
    if (!isRefused || revision === seen) return
    setSeen(revision)
    setRefused(false)
  }, [isRefused, revision, seen])

  function change(part: Partial<Edit>): void {
    if (!isChanged) setSeen(revision)
    setEdit({ ...edit, ...part })
  }
  async function save(settings: JsonObject): Promise<void> {
    const { name, consent } = edit
    const body = {
      ...(name === undefined ? {} : { name: name.trim() }),
      ...(consent === undefined ? {} : { consent: categories(consent) }),
      ...(Object.keys(edit.settings).length === 0 ? {} : { settings }),
      revision: seen,
    }
    setBusy(true)
    const isSaved = await send({
      said: 'The settings are saved.',
      ask: () => api('PATCH /admin/v1/destinations/:id', { params: { id }, body }),
    })
    setBusy(false)
    if (isSaved) setEdit(NOTHING)
    else setRefused(true)
  }
  return { edit, change, isChanged, isBusy, discard: () => setEdit(NOTHING), save }
}

function categories(text: string): string[] {
  return [...new Set(text.split(',').flatMap((part) => (part.trim() === '' ? [] : [part.trim()])))]
}

/** Without what was emptied: that is as it comes. */
function given(values: Readonly<Record<string, Json>>): JsonObject {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== ''))
}
