import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { type ReactElement, useState } from 'react'
import type { PlanRule } from '../../core/tracking-plan/tracking-plan.ts'
import { api } from '../api/api.ts'
import { queries } from '../api/queries.ts'
import { Button } from '../ui/Button.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { errorText } from '../ui/ErrorState.tsx'
import { Field } from '../ui/Field.tsx'
import { Select } from '../ui/Select.tsx'
import { TextInput } from '../ui/TextInput.tsx'
import { ReadDocument } from './ReadDocument.tsx'

type Props = { readonly isOpen: boolean; readonly onClose: () => void }

const EMPTY = 'empty'
const FILE = 'file'

/** A new plan: empty, of what another program exported, or of what a source sent so far. */
export function NewPlanDialog({ isOpen, onClose }: Props): ReactElement {
  const [name, setName] = useState('')
  const [from, setFrom] = useState(EMPTY)
  const [read, setRead] = useState<readonly PlanRule[]>()
  const create = useCreated({ name, from, read }, onClose)
  const isReady = name.trim() !== '' && (from !== FILE || read !== undefined)
  return (
    <Dialog
      isOpen={isOpen}
      onClose={onClose}
      title="New tracking plan"
      isWide
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            look="primary"
            disabled={!isReady}
            isBusy={create.isPending}
            onClick={() => create.mutate()}
          >
            Create the plan
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <Field label="Name" isRequired>
          {(ids) => <TextInput {...ids} value={name} onText={setName} maxLength={100} />}
        </Field>
        <Beginning from={from} onFrom={setFrom} />
        {from === FILE && (
          <ReadDocument
            onRead={(found) => {
              setRead(found?.rules)
              if (name === '' && found?.name !== undefined) setName(found.name)
            }}
          />
        )}
        <p role="alert" className="text-sm text-bad empty:hidden">
          {create.error !== null && errorText(create.error)}
        </p>
      </div>
    </Dialog>
  )
}

type BeginningProps = { readonly from: string; readonly onFrom: (from: string) => void }

function Beginning({ from, onFrom }: BeginningProps): ReactElement {
  const sources = useQuery(queries.sources()).data?.sources ?? []
  return (
    <Field label="Begin with" help="Whatever it is, nothing is blocked before a source is told to.">
      {(ids) => (
        <Select
          {...ids}
          value={from}
          onChoice={onFrom}
          choices={[
            { value: EMPTY, label: 'Nothing' },
            { value: FILE, label: 'A plan of Segment, RudderStack or Millrace' },
            ...sources.map(({ id, name }) => ({ value: `source ${id}`, label: `What ${name} sent so far` })),
          ]}
        />
      )}
    </Field>
  )
}

type Given = { readonly name: string; readonly from: string; readonly read: readonly PlanRule[] | undefined }

function useCreated({ name, from, read = [] }: Given, onClose: () => void) {
  const client = useQueryClient()
  const navigate = useNavigate()
  return useMutation({
    async mutationFn() {
      const rules = from === EMPTY ? [] : from === FILE ? read : await draftOf(from)
      return api('POST /admin/v1/tracking-plans', { body: { name: name.trim(), rules: [...rules] } })
    },
    async onSuccess({ saved }) {
      await client.invalidateQueries()
      onClose()
      await navigate({ to: '/tracking-plans/$planId', params: { planId: saved.id } })
    },
  })
}

async function draftOf(choice: string): Promise<readonly PlanRule[]> {
  const source = choice.slice('source '.length)
  const { rules } = await api('POST /admin/v1/tracking-plans/draft', { body: { source } })
  return rules as readonly PlanRule[]
}
