import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type ReactElement, useState } from 'react'
import { api } from '../../api/api.ts'
import { queries } from '../../api/queries.ts'
import { Button } from '../../ui/Button.tsx'
import { Checkbox } from '../../ui/Checkbox.tsx'
import { Dialog } from '../../ui/Dialog.tsx'
import { errorText } from '../../ui/ErrorState.tsx'
import { Field } from '../../ui/Field.tsx'
import { TextInput } from '../../ui/TextInput.tsx'
import { type Asked, personOf } from './person.ts'

type Props = {
  readonly isOpen: boolean
  readonly asked: Asked
  readonly onClose: () => void
  readonly onBegun: () => void
}

/** Asks once more, with the id typed again, as nothing brings a person back. */
export function DeletePerson({ isOpen, asked, onClose, onBegun }: Props): ReactElement {
  const [typed, setTyped] = useState('')
  const [suppress, setSuppress] = useState(true)
  const [destinations, setDestinations] = useState<readonly string[]>([])
  const heaps =
    useQuery(queries.destinations()).data?.destinations.filter(({ kind }) => kind === 'heap') ?? []
  const client = useQueryClient()
  const begin = useMutation({
    mutationFn: () => {
      const body = { person: personOf(asked), suppress, destinations: [...destinations] }
      return api('POST /admin/v1/persons/deletions', { body })
    },
    async onSuccess() {
      setTyped('')
      await client.invalidateQueries({ queryKey: ['people'] })
      onBegun()
    },
  })
  const press = (
    <>
      <Button onClick={onClose}>Cancel</Button>
      <Button
        look="danger"
        disabled={typed !== asked.id}
        isBusy={begin.isPending}
        onClick={() => begin.mutate()}
      >
        Delete everywhere
      </Button>
    </>
  )
  return (
    <Dialog isOpen={isOpen} onClose={onClose} title="Delete a person everywhere" actions={press}>
      <div className="flex flex-col gap-3">
        <p>
          Their events, requests, dead letters and everything else that is stored of them goes. This cannot be
          undone. Backups made before still hold them.
        </p>
        <Checkbox
          isChecked={suppress}
          onChange={setSuppress}
          label="Refuse their events from now on"
          help="Else whatever their devices send next is stored again."
        />
        {heaps.map(({ id, name }) => (
          <Checkbox
            key={id}
            isChecked={destinations.includes(id)}
            onChange={(isChecked) =>
              setDestinations(isChecked ? [...destinations, id] : destinations.filter((one) => one !== id))
            }
            label={`Ask ${name} to delete them too`}
            help="Needs its setting “API key for deletions”."
          />
        ))}
        <Field label={`Type ${asked.id} to go on`}>
          {(ids) => <TextInput {...ids} isMono value={typed} onText={setTyped} />}
        </Field>
        {begin.error !== null && <p className="text-bad">{errorText(begin.error)}</p>}
      </div>
    </Dialog>
  )
}
