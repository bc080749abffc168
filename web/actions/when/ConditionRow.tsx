import type { ReactElement } from 'react'
import {
  FORM_OPERATORS,
  type FormCode,
  type FormCondition,
  type FormOperator,
} from '../../../core/trigger/form.ts'
import { Icon } from '../../ui/Icon.tsx'
import { IconButton } from '../../ui/IconButton.tsx'
import { Select } from '../../ui/Select.tsx'
import { TextInput } from '../../ui/TextInput.tsx'
import { useEditorContext } from '../editor-context.ts'
import { withOperator } from '../logic/form-edit.ts'
import { completePath } from '../logic/paths.ts'
import { ProblemLine } from '../ProblemLine.tsx'
import { SuggestInput } from '../SuggestInput.tsx'
import { ValueInput } from './ValueInput.tsx'

type Props = {
  readonly item: FormCondition | FormCode
  readonly problem: string | undefined
  readonly onItem: (item: FormCondition | FormCode) => void
  readonly onRemove: () => void
}

const OPERATORS = FORM_OPERATORS.map((operator) => ({ value: operator, label: operator }))

/** One condition: a field, how it is compared, and with what; or a piece of code that no row can say. */
export function ConditionRow({ item, problem, onItem, onRemove }: Props): ReactElement {
  const name = item.kind === 'code' ? item.text : item.field || 'new condition'
  return (
    <div
      role="group"
      aria-label={`Condition: ${name}`}
      className="flex flex-col gap-1 max-sm:border-b max-sm:border-line max-sm:pb-2"
    >
      <div className="flex items-start gap-2">
        <div className="grid min-w-0 flex-1 grid-cols-1 gap-2 sm:grid-cols-[minmax(0,4fr)_8.5rem_minmax(0,5fr)]">
          {item.kind === 'code' ? (
            <CodePart item={item} problem={problem} onItem={onItem} />
          ) : (
            <Condition item={item} problem={problem} onItem={onItem} />
          )}
        </div>
        <IconButton icon="cross" label={`Remove the condition ${name}`} onClick={onRemove} />
      </div>
      <ProblemLine problem={problem} />
    </div>
  )
}

type PartProps<Item> = {
  readonly item: Item
  readonly problem: string | undefined
  readonly onItem: (item: Item) => void
}

function CodePart({ item, problem, onItem }: PartProps<FormCode>): ReactElement {
  return (
    <span className="flex items-center gap-2 sm:col-span-3">
      <Icon name="code" className="text-muted" label="Code" />
      <TextInput
        isMono
        aria-label="Condition as code"
        aria-invalid={problem === undefined ? undefined : true}
        value={item.text}
        onText={(text) => onItem({ kind: 'code', text })}
      />
    </span>
  )
}

function Condition({ item, problem, onItem }: PartProps<FormCondition>): ReactElement {
  const { paths } = useEditorContext()
  const { field, operator } = item
  return (
    <>
      <SuggestInput
        isMono
        label="Field"
        value={field}
        placeholder="properties.plan"
        isInvalid={problem !== undefined && field.trim() === ''}
        onText={(text) => onItem({ ...item, field: text })}
        suggest={(text) =>
          completePath(paths, text)
            .filter(({ path }) => path !== text)
            .map(({ path, examples }) => ({ label: path, detail: examples.slice(0, 3).join(', ') }))
        }
        autoFocus={field === ''}
      />
      <Select
        aria-label="How it is compared"
        value={operator}
        choices={OPERATORS}
        onChoice={(next) => onItem(withOperator(item, next as FormOperator))}
        className="w-full"
      />
      <ValueInput item={item} onItem={onItem} />
    </>
  )
}
