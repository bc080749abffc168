import { type ReactElement, useId } from 'react'
import type { Mapping, MappingValue } from '../../core/mapping/mapping.ts'
import { Switch } from '../ui/Switch.tsx'
import { type Draft, writeDraft } from './draft.ts'
import type { Kind } from './KindCards.tsx'
import { StepButtons } from './StepButtons.tsx'
import { callsText } from './trigger-words.ts'

type Props = { readonly kind: Kind; readonly draft: Draft }
export type Preset = Kind['presets'][number]

export function isOn({ id, enabled }: Preset, { switched }: Draft): boolean {
  return switched[id] ?? enabled
}

/** What the destination begins with: which calls become what. */
export function ActionsStep({ kind, draft }: Props): ReactElement {
  return (
    <>
      <p className="mb-4 text-muted">
        How incoming calls become {kind.name}&rsquo;s. Triggers and mappings can be edited once the
        destination is there.
      </p>
      <ul className="panel divide-y divide-line">
        {kind.presets.map((preset) => (
          <PresetRow
            key={preset.id}
            kind={kind}
            preset={preset}
            isOn={isOn(preset, draft)}
            onSwitch={(on) =>
              writeDraft(kind.kind, { ...draft, switched: { ...draft.switched, [preset.id]: on } })
            }
          />
        ))}
      </ul>
      <StepButtons kind={kind.kind} step="actions" next="See what will happen" />
    </>
  )
}

type RowProps = {
  readonly kind: Kind
  readonly preset: Preset
  readonly isOn: boolean
  readonly onSwitch: (isOn: boolean) => void
}

function PresetRow({ kind, preset, isOn: on, onSwitch }: RowProps): ReactElement {
  const id = useId()
  const action = kind.actions[preset.action]
  return (
    <li className="flex items-start gap-3 p-4">
      <Switch id={id} isOn={on} onChange={onSwitch} aria-describedby={`${id}-help`} />
      <div className="min-w-0 flex-1">
        <label htmlFor={id} className="font-semibold">
          {preset.name}
        </label>
        <p id={`${id}-help`}>{action?.help}</p>
        <p className="text-sm text-muted">
          Takes {callsText(preset.trigger)}: <code>{preset.trigger}</code>
        </p>
        <details className="mt-1 text-sm">
          <summary className="w-fit text-muted">What goes where</summary>
          <MappingTable fields={action?.fields ?? {}} mapping={preset.mapping} />
        </details>
      </div>
    </li>
  )
}

type TableProps = {
  readonly fields: Readonly<Record<string, { readonly label: string }>>
  readonly mapping: Mapping
}

function MappingTable({ fields, mapping }: TableProps): ReactElement {
  return (
    <table className="mt-2 w-full max-w-xl">
      <thead className="sr-only">
        <tr>
          <th scope="col">Field</th>
          <th scope="col">Comes from</th>
        </tr>
      </thead>
      <tbody>
        {Object.entries(mapping).map(([name, value]) => (
          <tr key={name} className="border-t border-line">
            <th scope="row" className="py-1 pr-4 text-left font-normal">
              {fields[name]?.label ?? name}
            </th>
            <td className="py-1 font-mono break-all">{directiveText(value)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

/** A path as it is; anything else as the JSON that it is. */
function directiveText(value: MappingValue): string {
  const isPath = typeof value === 'object' && value !== null && '@path' in value
  if (isPath && typeof value['@path'] === 'string') return value['@path']
  return typeof value === 'string' ? `“${value}”` : JSON.stringify(value)
}
