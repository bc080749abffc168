import { useMutation } from '@tanstack/react-query'
import { type ReactElement, useState } from 'react'
import { api } from '../../api/api.ts'
import { Button } from '../../ui/Button.tsx'
import { errorText } from '../../ui/ErrorState.tsx'
import { Field } from '../../ui/Field.tsx'
import { Select } from '../../ui/Select.tsx'
import { TextInput } from '../../ui/TextInput.tsx'
import { DeletePerson } from './DeletePerson.tsx'
import { FoundPerson } from './FoundPerson.tsx'
import { type Asked, type IdKind, KIND_CHOICES, personOf } from './person.ts'

/** Looks a person up, and shows what there is and how to delete it. */
export function FindPerson(): ReactElement {
  const [kind, setKind] = useState<IdKind>('userId')
  const [id, setId] = useState('')
  const [isDeleting, setDeleting] = useState(false)
  const find = useMutation({
    mutationFn: (asked: Asked) => api('POST /admin/v1/persons/find', { body: { person: personOf(asked) } }),
  })
  return (
    <div className="panel flex flex-col gap-3 p-4">
      <form
        className="flex flex-wrap items-end gap-2"
        onSubmit={(event) => {
          event.preventDefault()
          if (id !== '') find.mutate({ kind, id })
        }}
      >
        <Field label="Known by">
          {(ids) => (
            <Select
              {...ids}
              value={kind}
              choices={KIND_CHOICES}
              onChoice={(value) => setKind(value as IdKind)}
            />
          )}
        </Field>
        <div className="min-w-64 flex-1">
          <Field label="Id or address">
            {(ids) => <TextInput {...ids} isMono value={id} onText={setId} maxLength={1_000} />}
          </Field>
        </div>
        <Button type="submit" isBusy={find.isPending}>
          Find
        </Button>
      </form>
      <div role="status" aria-live="polite">
        {find.error !== null && <p className="text-bad">{errorText(find.error)}</p>}
        {find.data !== undefined && <FoundPerson found={find.data} />}
      </div>
      {find.data !== undefined && (
        <Button look="danger" className="self-start" onClick={() => setDeleting(true)}>
          Delete this person…
        </Button>
      )}
      {find.variables !== undefined && (
        <DeletePerson
          isOpen={isDeleting}
          asked={find.variables}
          onClose={() => setDeleting(false)}
          onBegun={() => {
            setDeleting(false)
            find.reset()
          }}
        />
      )}
    </div>
  )
}
