import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type ReactElement, useState } from 'react'
import { api } from '../api/api.ts'
import { Button } from '../ui/Button.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { errorText } from '../ui/ErrorState.tsx'
import { Field } from '../ui/Field.tsx'
import { countText } from '../ui/format.ts'
import { TextInput } from '../ui/TextInput.tsx'
import { toast } from '../ui/toasts.ts'
import type { Which } from './dead-letters-query.ts'

type Props = {
  readonly which: Which
  readonly count: number
  readonly onClose: () => void
  readonly onDone?: () => void
}

/** Gives dead letters up. It cannot be undone, so it is confirmed by typing a word. */
export function DiscardDialog({ which, count, onClose, onDone }: Props): ReactElement {
  const client = useQueryClient()
  const [typed, setTyped] = useState('')
  const discard = useMutation({
    mutationFn: () => api('POST /admin/v1/dead-letters/discard', { body: { ...which } }),
    onSuccess({ discarded }) {
      onClose()
      onDone?.()
      void client.invalidateQueries()
      toast(`${countText(discarded)} ${discarded === 1 ? 'dead letter is' : 'dead letters are'} discarded.`)
    },
  })
  const what = count === 1 ? 'this dead letter' : `these ${countText(count)} dead letters`
  const isConfirmed = typed.trim().toLowerCase() === 'discard'
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={`Discard ${what}?`}
      actions={
        <>
          <Button onClick={onClose}>Keep</Button>
          <Button
            needs="edit"
            look="danger"
            disabled={!isConfirmed}
            isBusy={discard.isPending}
            onClick={() => discard.mutate()}
          >
            Discard for ever
          </Button>
        </>
      }
    >
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault()
          if (isConfirmed && !discard.isPending) discard.mutate()
        }}
      >
        <p>
          Their requests and answers are deleted, and they can no longer be sent again from here. They stay
          counted as given up. This cannot be undone.
        </p>
        <Field label="Type “discard” to confirm">
          {(ids) => <TextInput {...ids} autoFocus className="max-w-48" value={typed} onText={setTyped} />}
        </Field>
        {discard.error !== null && (
          <p role="alert" className="text-bad">
            Nothing was discarded. {errorText(discard.error)}
          </p>
        )}
      </form>
    </Dialog>
  )
}
