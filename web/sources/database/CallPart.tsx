import type { ReactElement } from 'react'
import { CALL_TYPES, type CallType } from '../../../core/event.ts'
import { COLUMN_TYPES, type ColumnType } from '../../../core/sql/settings.ts'
import { Button } from '../../ui/Button.tsx'
import { Checkbox } from '../../ui/Checkbox.tsx'
import { Field } from '../../ui/Field.tsx'
import { Icon } from '../../ui/Icon.tsx'
import { IconButton } from '../../ui/IconButton.tsx'
import { Select } from '../../ui/Select.tsx'
import { TextInput } from '../../ui/TextInput.tsx'
import { Part } from '../settings/Part.tsx'
import { type ColumnDraft, FIELDS_OF } from './draft.ts'
import type { FormPart } from './form.ts'

const EXAMPLES: Readonly<Record<string, string>> = {
  userId: '{{customer_id}}',
  event: 'Order {{state}}',
  timestamp: '{{changed_at}}',
  name: '{{title}}',
  groupId: '{{company_id}}',
  previousId: '{{old_id}}',
}

/** What a row becomes. */
export function CallPart(props: FormPart): ReactElement {
  const { draft, change, problem } = props
  const { type, fields } = draft
  const shown = [...new Set([...FIELDS_OF[type], ...Object.keys(fields)])]
  return (
    <Part title="Each row becomes">
      <div className="grid gap-4 sm:grid-cols-2">
        <Field label="Call" error={problem('call.type')} help="Of rows that have no column type.">
          {(ids) => (
            <Select
              {...ids}
              className="w-full"
              value={type}
              choices={CALL_TYPES.map((one) => ({ value: one, label: one }))}
              onChoice={(next) => change({ type: next as CallType })}
            />
          )}
        </Field>
        {shown.map((path) => (
          <Field key={path} label={path} error={problem(`call.fields.${path}`)}>
            {(ids) => (
              <TextInput
                {...ids}
                isMono
                placeholder={EXAMPLES[path]}
                value={fields[path] ?? ''}
                onText={(text) => change({ fields: withField(fields, path, text) })}
              />
            )}
          </Field>
        ))}
      </div>
      <p className="mt-3 text-sm text-muted">
        {'{{column}}'} stands for the value of a column. Left empty, a field is the column of its name (
        <code>user_id</code>); the other columns go to{' '}
        {type === 'identify' || type === 'group' ? 'traits' : 'properties'}.
      </p>
      <Columns {...props} />
      <div className="mt-4 grid gap-4 sm:grid-cols-2">
        <Checkbox
          label="Only what is named here"
          help="Columns that no field and no line names are left out."
          isChecked={draft.onlyMapped}
          onChange={(onlyMapped) => change({ onlyMapped })}
        />
        <Field label="Zone of times without one" error={problem('call.zone')}>
          {(ids) => (
            <TextInput {...ids} value={draft.timesZone} onText={(timesZone) => change({ timesZone })} />
          )}
        </Field>
      </div>
    </Part>
  )
}

function withField(fields: Readonly<Record<string, string>>, path: string, text: string) {
  const { [path]: _, ...others } = fields
  return text === '' ? others : { ...fields, [path]: text }
}

/** Columns that go elsewhere than by their names. */
function Columns({ draft, change, problem }: FormPart): ReactElement {
  const { columns } = draft
  const replace = (index: number, part: Partial<ColumnDraft>) =>
    change({ columns: columns.map((one, at) => (at === index ? { ...one, ...part } : one)) })
  return (
    <fieldset className="mt-4">
      <legend className="mb-1 font-medium">Columns that go elsewhere</legend>
      <ul className="flex flex-col gap-2">
        {columns.map((one, index) => (
          <li key={index}>
            <div className="flex flex-wrap items-center gap-2">
              <TextInput
                aria-label={`Column ${index + 1}`}
                isMono
                className="min-w-0 flex-1 basis-32"
                placeholder="total_cents"
                value={one.column}
                onText={(column) => replace(index, { column })}
              />
              <Icon name="arrow-right" />
              <TextInput
                aria-label={`Where column ${index + 1} goes`}
                isMono
                className="min-w-0 flex-1 basis-32"
                placeholder="properties.total; empty: nowhere"
                value={one.to}
                onText={(to) => replace(index, { to })}
              />
              <Select
                aria-label={`As what column ${index + 1} is read`}
                value={one.type}
                choices={[
                  { value: '', label: 'as it is' },
                  ...COLUMN_TYPES.map((type) => ({ value: type, label: type })),
                ]}
                onChoice={(type) => replace(index, { type: type as ColumnType | '' })}
              />
              <IconButton
                icon="trash"
                label={`Remove column ${index + 1}`}
                onClick={() => change({ columns: columns.toSpliced(index, 1) })}
              />
            </div>
            {['column', 'to'].map((part) => {
              const text = problem(`call.columns.${index}.${part}`)
              return (
                text !== undefined && (
                  <p key={part} className="text-sm text-bad">
                    {part === 'to' ? 'The field' : 'The column'} {text}
                  </p>
                )
              )
            })}
          </li>
        ))}
      </ul>
      <Button
        size="small"
        className="mt-2"
        onClick={() => change({ columns: [...columns, { column: '', to: '', type: '' }] })}
      >
        <Icon name="plus" /> Add a column
      </Button>
    </fieldset>
  )
}
