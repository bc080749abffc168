import type { ReactElement } from 'react'
import type { MappingValue } from '../../../core/mapping/mapping.ts'
import { IconButton } from '../../ui/IconButton.tsx'
import { sameJson } from '../logic/draft.ts'
import { ProblemLine } from '../ProblemLine.tsx'
import type { Explained } from '../use-preview.ts'
import { NowValue } from './NowValue.tsx'
import type { ActionField } from './Send.tsx'
import { ValueEditor } from './ValueEditor.tsx'

type Props = {
  readonly name: string
  readonly field: ActionField
  readonly mapped: MappingValue | undefined
  /** What it is mapped to in the saved action. */
  readonly before: MappingValue | undefined
  /** Why its code is no JSON for the moment. */
  readonly broken: string | undefined
  readonly told: Explained['fields'][number] | undefined
  readonly isStale: boolean
  readonly problems: readonly string[]
  readonly hints: readonly string[]
  readonly onValue: (value: MappingValue | undefined, problem?: string) => void
}

/** A field of the action: what it is, where its value comes from, and what it gets now. */
export function FieldRow(props: Props): ReactElement {
  const { name, field, mapped, before, broken, told, problems, hints, onValue } = props
  const isChanged = !sameJson(mapped, before) || broken !== undefined
  const isDefault = sameJson(mapped, field.default)
  return (
    <div
      role="group"
      aria-label={field.label}
      data-changed={isChanged || undefined}
      className="flex flex-col gap-1.5 border-l-2 border-l-transparent px-4 py-3 data-changed:border-l-accent"
    >
      <div className="flex items-start gap-2">
        <div className="min-w-0 flex-1">
          <h3 className="font-medium">
            {field.label}
            {field.required && (
              <span className="ml-1 text-bad" title="required">
                *<span className="sr-only"> required</span>
              </span>
            )}
            {isChanged && <span className="ml-2 text-xs font-normal text-accent">changed</span>}
          </h3>
          <p className="text-sm text-muted">{field.help}</p>
        </div>
        {!isDefault && (
          <IconButton
            icon="undo"
            label={`${field.label}: back to the default`}
            onClick={() => onValue(field.default as MappingValue | undefined)}
          />
        )}
      </div>
      <ValueEditor
        label={field.label}
        type={field.type}
        choices={field.choices}
        value={mapped}
        fallback={field.default as MappingValue | undefined}
        onValue={onValue}
      />
      <NowValue label={field.label} told={told} isStale={props.isStale} key={name} />
      {problems.length === 0 && broken === undefined ? (
        <ProblemLine problem={hints[0]} isHint />
      ) : (
        <ProblemLine problem={broken ?? problems.map((problem) => `${field.label} ${problem}`).join('; ')} />
      )}
    </div>
  )
}
