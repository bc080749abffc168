import type { ReactElement } from 'react'
import type { Form, FormGroup } from '../../../core/trigger/form.ts'
import { Button } from '../../ui/Button.tsx'
import { classNames } from '../../ui/class-names.ts'
import { Icon } from '../../ui/Icon.tsx'
import { IconButton } from '../../ui/IconButton.tsx'
import { Select } from '../../ui/Select.tsx'
import { addTo, NEW_ROW, type Place, removeAt, replaceAt } from '../logic/form-edit.ts'
import { ProblemLine } from '../ProblemLine.tsx'
import { ConditionRow } from './ConditionRow.tsx'

export type GroupProps = {
  readonly group: FormGroup
  readonly place: Place
  readonly form: Form
  readonly problems: Readonly<Record<string, string>>
  readonly onForm: (form: Form) => void
}

const JOINS = [
  { value: 'all', label: 'all of' },
  { value: 'any', label: 'any of' },
  { value: 'not all', label: 'not all of' },
  { value: 'not any', label: 'none of' },
] as const

/** Rows and groups of which all, any, not all or none must hold. */
export function ConditionGroup(props: GroupProps): ReactElement {
  const { group, place, form, problems, onForm } = props
  const isOuter = place.length === 0
  const join = `${group.isNot ? 'not ' : ''}${group.join}`
  const set = (next: FormGroup) => onForm(isOuter ? next : replaceAt(form, place, next))
  return (
    <div
      role="group"
      aria-label={isOuter ? 'Conditions' : 'Group of conditions'}
      className={classNames('flex flex-col gap-2', !isOuter && 'rounded-lg border border-line bg-page p-3')}
    >
      <div className="flex items-center gap-2 text-sm text-muted">
        {isOuter ? 'An event is sent when' : 'where'}
        <Select
          aria-label={isOuter ? 'How many of the conditions' : 'How many of the group'}
          value={join}
          choices={JOINS}
          onChoice={(value) => {
            const isNot = value.startsWith('not ')
            set({ ...group, isNot, join: value.endsWith('any') ? 'any' : 'all' })
          }}
        />
        these hold
        {!isOuter && (
          <IconButton
            icon="cross"
            label="Remove the group"
            className="ml-auto"
            onClick={() => onForm(removeAt(form, place))}
          />
        )}
      </div>
      {group.items.map((item, index) => {
        const at = [...place, index]
        const key = `${index}-${item.kind}`
        return item.kind === 'group' ? (
          <ConditionGroup key={key} {...props} group={item} place={at} />
        ) : (
          <ConditionRow
            key={key}
            item={item}
            problem={problems[at.join('.')]}
            onItem={(next) => onForm(replaceAt(form, at, next))}
            onRemove={() => onForm(removeAt(form, at))}
          />
        )
      })}
      {group.items.length === 0 && (
        <ProblemLine problem="A trigger needs at least one condition. For every event: type exists." />
      )}
      <div className="flex flex-wrap gap-1">
        <Button size="small" look="quiet" onClick={() => onForm(addTo(form, place, NEW_ROW))}>
          <Icon name="plus" /> Condition
        </Button>
        <Button
          size="small"
          look="quiet"
          onClick={() => {
            const inner = group.join === 'all' ? 'any' : 'all'
            onForm(addTo(form, place, { kind: 'group', join: inner, isNot: false, items: [NEW_ROW] }))
          }}
        >
          <Icon name="plus" /> Group
        </Button>
      </div>
    </div>
  )
}
