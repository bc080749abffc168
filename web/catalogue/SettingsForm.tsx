import type { ReactElement } from 'react'
import type { Json, JsonObject } from '../../core/event.ts'
import { SettingField, type SettingSpec } from './SettingField.tsx'

type Props = {
  readonly fields: Readonly<Record<string, SettingSpec>>
  readonly values: JsonObject
  /** By the field's name; shown once the field was touched, or when `isAsked`. */
  readonly problems: Readonly<Record<string, string>>
  /** All problems are to be shown: somebody wanted to go on. */
  readonly isAsked: boolean
  readonly onChange: (name: string, value: Json | undefined) => void
}

/** The settings of a destination, made from its definition. What most people never touch is folded away. */
export function SettingsForm({ fields, values, problems, isAsked, onChange }: Props): ReactElement {
  const all = Object.entries(fields)
  const [usual, advanced] = [all.filter(([, one]) => !one.advanced), all.filter(([, one]) => one.advanced)]
  const isWrongInside = isAsked && advanced.some(([name]) => problems[name] !== undefined)
  const draw = ([name, field]: readonly [string, SettingSpec]) => (
    <SettingField
      key={name}
      field={field}
      value={values[name]}
      error={isAsked || Object.hasOwn(values, name) ? problems[name] : undefined}
      onChange={(value) => onChange(name, value)}
    />
  )
  return (
    <div className="flex flex-col gap-5">
      {usual.map(draw)}
      {advanced.length > 0 && (
        <details className="rounded-lg border border-line" open={isWrongInside || undefined}>
          <summary className="px-3 py-2 font-medium">More settings</summary>
          <div className="flex flex-col gap-5 border-t border-line p-3">{advanced.map(draw)}</div>
        </details>
      )}
    </div>
  )
}
