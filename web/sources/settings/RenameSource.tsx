import { type ReactElement, useState } from 'react'
import { type Answer, api } from '../../api/api.ts'
import { useSaved } from '../../api/use-saved.ts'
import { Button } from '../../ui/Button.tsx'
import { CopyButton } from '../../ui/CopyButton.tsx'
import { TextInput } from '../../ui/TextInput.tsx'
import { Part } from './Part.tsx'

export type Source = Answer<'GET /admin/v1/sources/:id'>

const NAME_CHARS_MAX = 100

export function RenameSource({ source }: { readonly source: Source }): ReactElement {
  const { id, name, revision } = source
  const [text, setText] = useState(name)
  const save = useSaved(
    (next: string) => api('PATCH /admin/v1/sources/:id', { params: { id }, body: { name: next, revision } }),
    { said: (next) => `The source is called “${next}” now.` },
  )
  const next = text.trim()
  return (
    <Part title="Name">
      <form
        className="flex items-center gap-2"
        onSubmit={(event) => {
          event.preventDefault()
          if (next !== '' && next !== name) save.mutate(next)
        }}
      >
        <TextInput
          aria-label="Name"
          aria-invalid={next === '' || undefined}
          value={text}
          onText={setText}
          maxLength={NAME_CHARS_MAX}
          className="h-8 min-w-0 flex-1"
        />
        <Button needs="edit" type="submit" isBusy={save.isPending} disabled={next === '' || next === name}>
          Rename
        </Button>
      </form>
      <p className="mt-2 flex items-center gap-1 text-sm text-muted">
        Its id, <code>{id}</code>, never changes. <CopyButton text={id} what="the id" />
      </p>
    </Part>
  )
}
