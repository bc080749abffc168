import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { type FormEvent, type ReactElement, useState } from 'react'
import { SOURCE_KINDS, type SourceKind } from '../../core/configuration.ts'
import { api } from '../api/api.ts'
import { queries } from '../api/queries.ts'
import { FileNotice } from '../app/FileNotice.tsx'
import { Page } from '../app/Page.tsx'
import { Button } from '../ui/Button.tsx'
import { errorText } from '../ui/ErrorState.tsx'
import { Field } from '../ui/Field.tsx'
import { SourceTile } from '../ui/KindTile.tsx'
import { SOURCE_LOOKS } from '../ui/kind-look.ts'
import { TextInput } from '../ui/TextInput.tsx'

const NAME_CHARS_MAX = 100
const WHAT: Readonly<Record<SourceKind, string>> = {
  javascript: 'Websites and web apps',
  node: 'Servers in Node',
  python: 'Servers in Python',
  go: 'Servers in Go',
  ios: 'Apps for iPhone and iPad',
  android: 'Apps for Android',
  http: 'Anything that speaks HTTP',
  postgresql: 'A database that is read on a schedule',
  mysql: 'MySQL or MariaDB, read on a schedule',
}

/** What sends, and what people call it; the rest is on the set-up page. */
export function NewSourcePage(): ReactElement {
  const search = useSearch({ from: '/sources/new' })
  const given = SOURCE_KINDS.find((kind) => kind === search['kind'])
  const [kind, setKind] = useState<SourceKind>(given ?? 'javascript')
  const [name, setName] = useState('')
  const client = useQueryClient()
  const navigate = useNavigate()
  const { data } = useQuery(queries.sources())
  const isTaken = data?.sources.some((one) => one.name === name.trim()) ?? false
  const shownName = name.trim() === '' ? SOURCE_LOOKS[kind].name : name.trim()
  const add = useMutation({
    mutationFn: () => api('POST /admin/v1/sources', { body: { name: shownName, kind } }),
    async onSuccess({ saved }) {
      await client.invalidateQueries({ queryKey: ['sources'] })
      await navigate({ to: '/sources/$sourceId/set-up', params: { sourceId: saved.id } })
    },
  })
  function submit(event: FormEvent): void {
    event.preventDefault()
    if (!add.isPending) add.mutate()
  }
  return (
    <Page title="Add a source" crumbs={[{ label: 'Sources', link: { to: '/sources' } }]}>
      <FileNotice />
      <form onSubmit={submit} className="flex max-w-4xl flex-col gap-6">
        <fieldset>
          <legend className="mb-2 font-medium">What sends the events?</legend>
          <div className="grid gap-3 sm:grid-cols-2 lg:grid-cols-3">
            {SOURCE_KINDS.map((one) => (
              <KindChoice key={one} kind={one} isChosen={one === kind} onChoose={() => setKind(one)} />
            ))}
          </div>
        </fieldset>
        <Field
          label="Name"
          help={
            isTaken
              ? 'There is one of this name already; both will be there.'
              : `What people call it, such as “Shop” or “Backend”. Left empty: ${SOURCE_LOOKS[kind].name}.`
          }
        >
          {(ids) => (
            <TextInput
              {...ids}
              className="max-w-sm"
              maxLength={NAME_CHARS_MAX}
              placeholder={SOURCE_LOOKS[kind].name}
              value={name}
              onText={setName}
            />
          )}
        </Field>
        {add.error !== null && (
          <p role="alert" className="text-bad">
            The source could not be added. {errorText(add.error)}
          </p>
        )}
        <Button needs="edit" type="submit" look="primary" isBusy={add.isPending} className="self-start">
          Add source
        </Button>
      </form>
    </Page>
  )
}

type ChoiceProps = {
  readonly kind: SourceKind
  readonly isChosen: boolean
  readonly onChoose: () => void
}

function KindChoice({ kind, isChosen, onChoose }: ChoiceProps): ReactElement {
  return (
    <label className="panel flex cursor-pointer items-center gap-3 p-3 hover:border-edge has-checked:border-accent has-checked:bg-accent-soft has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-accent">
      <input type="radio" name="kind" className="sr-only" checked={isChosen} onChange={onChoose} />
      <SourceTile kind={kind} />
      <span>
        <span className="block font-semibold">{SOURCE_LOOKS[kind].name}</span>
        <span className="text-sm text-muted">{WHAT[kind]}</span>
      </span>
    </label>
  )
}
