import { type ReactElement, useId, useState } from 'react'
import { ORIGINS_MAX, originProblem } from '../../../core/origin.ts'
import { api } from '../../api/api.ts'
import { useSaved } from '../../api/use-saved.ts'
import { Button } from '../../ui/Button.tsx'
import { Icon } from '../../ui/Icon.tsx'
import { TextInput } from '../../ui/TextInput.tsx'
import { Part } from './Part.tsx'
import type { Source } from './RenameSource.tsx'

/** The sites whose pages may send to the source. */
export function Origins({ source }: { readonly source: Source }): ReactElement {
  const { id, origins = [], revision } = source
  const [text, setText] = useState('')
  const problemId = useId()
  const save = useSaved(
    (next: readonly string[]) =>
      api('PATCH /admin/v1/sources/:id', { params: { id }, body: { origins: [...next], revision } }),
    {
      said: (next) =>
        next.length === 0 ? 'Pages of every site may send.' : `Pages of ${next.join(', ')} may send.`,
      onDone: () => setText(''),
    },
  )
  const wanted = text.trim()
  const problem = wanted === '' ? undefined : problemOf(wanted, origins)
  const canAdd = wanted !== '' && problem === undefined && origins.length < ORIGINS_MAX
  return (
    <Part title="Allowed sites">
      <p className="mb-2 text-muted">
        {origins.length === 0
          ? 'Pages of every site may send with this source’s write key. Name your sites to refuse the others.'
          : 'Pages of other sites are answered 403. Servers and apps send no origin, and are not refused.'}
      </p>
      {origins.length > 0 && (
        <ul className="mb-2 flex flex-col">
          {origins.map((origin) => (
            <li key={origin} className="flex items-center gap-2 border-b border-line py-1.5 last:border-b-0">
              <code className="min-w-0 flex-1 break-all">{origin}</code>
              <Button
                needs="edit"
                look="quiet"
                size="small"
                isBusy={save.isPending}
                aria-label={`Remove ${origin}`}
                onClick={() => save.mutate(origins.filter((one) => one !== origin))}
              >
                <Icon name="trash" /> Remove
              </Button>
            </li>
          ))}
        </ul>
      )}
      <form
        className="flex items-center gap-2"
        onSubmit={(event) => {
          event.preventDefault()
          if (wanted !== '' && problem === undefined) save.mutate([...origins, wanted])
        }}
      >
        <TextInput
          aria-label="A site"
          aria-invalid={problem !== undefined || undefined}
          aria-describedby={problemId}
          value={text}
          onText={setText}
          placeholder="https://example.com or https://*.example.com"
          className="h-8 min-w-0 flex-1"
        />
        <Button needs="edit" type="submit" isBusy={save.isPending} disabled={!canAdd}>
          Add
        </Button>
      </form>
      <p id={problemId} className="mt-1 text-sm text-bad">
        {problem}
      </p>
    </Part>
  )
}

function problemOf(wanted: string, origins: readonly string[]): string | undefined {
  if (origins.includes(wanted)) return 'is there already'
  return originProblem(wanted)
}
