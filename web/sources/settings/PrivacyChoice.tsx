import type { ReactElement } from 'react'
import { PRIVACY, type Privacy } from '../../../core/configuration.ts'
import { api } from '../../api/api.ts'
import { useMay } from '../../api/use-may.ts'
import { useSaved } from '../../api/use-saved.ts'
import { Part } from './Part.tsx'
import type { Source } from './RenameSource.tsx'

const CHOICES: Readonly<
  Record<Privacy, { readonly label: string; readonly help: string; readonly example: string }>
> = {
  keep: {
    label: 'Keep',
    help: 'The address and the browser, as the vendors’ own servers do.',
    example: 'ip "203.0.113.77", userAgent "Mozilla/5.0 …"',
  },
  truncate: {
    label: 'Truncate',
    help: 'The address without its last part (IPv4: 8 bits, IPv6: 80 bits), and the browser.',
    example: 'ip "203.0.113.0", userAgent "Mozilla/5.0 …"',
  },
  drop: { label: 'Drop', help: 'Neither is noted.', example: 'nothing' },
}

/** What ingest notes of visitors, beside what a page sends by itself. */
export function PrivacyChoice({ source }: { readonly source: Source }): ReactElement {
  const { id, privacy = 'keep', revision } = source
  const save = useSaved(
    (next: Privacy) =>
      api('PATCH /admin/v1/sources/:id', { params: { id }, body: { privacy: next, revision } }),
    { said: (next) => `Visitors’ addresses: ${CHOICES[next].label.toLowerCase()}, from the next event on.` },
  )
  const { may, why } = useMay('edit')
  const chosen = save.isPending ? save.variables : privacy
  return (
    <Part title="Privacy">
      <fieldset disabled={!may} className="flex flex-col gap-2">
        <legend className="mb-1 text-muted">
          What is added to <code>context</code> of calls that come from pages. What the sender wrote there
          stays as it is.
        </legend>
        {PRIVACY.map((one) => {
          const { label, help, example } = CHOICES[one]
          return (
            <label
              key={one}
              className={`flex cursor-pointer items-start gap-2 rounded-md border p-2.5 ${one === chosen ? 'border-accent bg-accent-soft' : 'border-line hover:bg-hover'}`}
            >
              <input
                type="radio"
                name="privacy"
                checked={one === chosen}
                onChange={() => save.mutate(one)}
                className="mt-1 accent-accent"
              />
              <span>
                <span className="font-medium">{label}</span>
                <span className="block text-sm">{help}</span>
                <span className="block text-sm text-muted">
                  Noted: <code>{example}</code>
                </span>
              </span>
            </label>
          )
        })}
      </fieldset>
      {why !== undefined && <p className="mt-2 text-sm text-muted">{why}</p>}
    </Part>
  )
}
