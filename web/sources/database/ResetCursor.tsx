import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type ReactElement, useState } from 'react'
import { api } from '../../api/api.ts'
import { Button } from '../../ui/Button.tsx'
import { Checkbox } from '../../ui/Checkbox.tsx'
import { Dialog } from '../../ui/Dialog.tsx'
import { Field } from '../../ui/Field.tsx'
import { Icon } from '../../ui/Icon.tsx'
import { TextInput } from '../../ui/TextInput.tsx'
import { toast } from '../../ui/toasts.ts'
import { failureText } from './failure-text.ts'

type Props = { readonly sourceId: string; readonly isDisabled: boolean; readonly cursor: string | undefined }

/** Has rows read again, and says what that means. */
export function ResetCursor({ sourceId, isDisabled, cursor }: Props): ReactElement {
  const [isOpen, setOpen] = useState(false)
  return (
    <>
      <Button needs="edit" disabled={isDisabled} onClick={() => setOpen(true)}>
        <Icon name="undo" /> Set the cursor back
      </Button>
      <Dialog isOpen={isOpen} onClose={() => setOpen(false)} title="Set the cursor back">
        <ResetForm sourceId={sourceId} cursor={cursor} onDone={() => setOpen(false)} />
      </Dialog>
    </>
  )
}

type FormProps = Pick<Props, 'sourceId' | 'cursor'> & { readonly onDone: () => void }

function ResetForm({ sourceId, cursor, onDone }: FormProps): ReactElement {
  const client = useQueryClient()
  const [to, setTo] = useState('')
  const [newIds, setNewIds] = useState(false)
  const reset = useMutation({
    mutationFn: () =>
      api('POST /admin/v1/sources/:id/sql/reset', {
        params: { id: sourceId },
        body: { newIds, ...(to.trim() === '' ? {} : { to: to.trim() }) },
      }),
    async onSuccess() {
      onDone()
      toast(
        to.trim() === ''
          ? 'The next run begins at the beginning.'
          : `The next run begins after ${to.trim()}.`,
      )
      await client.invalidateQueries({ queryKey: ['sql', sourceId] })
    },
  })
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault()
        if (!reset.isPending) reset.mutate()
      }}
    >
      <p>
        The next run reads the rows beyond this value again
        {cursor === undefined ? (
          '.'
        ) : (
          <>
            ; it is at <code className="break-all">{cursor}</code> now.
          </>
        )}
      </p>
      <Field label="Begin after" help="Left empty: at the beginning.">
        {(ids) => <TextInput {...ids} isMono value={to} onText={setTo} />}
      </Field>
      <Checkbox
        label="As new events"
        help="Otherwise rows that were read before are the same events as then: those of the last 24 hours are dropped, and Heap takes none twice. Do this when they were wrong, and know that Heap keeps both."
        isChecked={newIds}
        onChange={setNewIds}
      />
      {reset.error !== null && (
        <p role="alert" className="text-bad">
          {failureText(reset.error)}
        </p>
      )}
      <Button needs="edit" type="submit" look="primary" isBusy={reset.isPending} className="self-end">
        Set it back
      </Button>
    </form>
  )
}
