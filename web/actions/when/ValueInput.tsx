import { type ReactElement, useState } from 'react'
import type { FormCondition } from '../../../core/trigger/form.ts'
import type { Simple } from '../../../core/trigger/syntax.ts'
import { Icon } from '../../ui/Icon.tsx'
import { Select } from '../../ui/Select.tsx'
import { useEditorContext } from '../editor-context.ts'
import { takes } from '../logic/form-edit.ts'
import { type Simples, simpleOf, simpleType, withType } from '../logic/simple-values.ts'
import { SuggestInput } from '../SuggestInput.tsx'

type Props = {
  readonly item: FormCondition
  readonly onItem: (item: FormCondition) => void
}

/** What a field is compared with: nothing, a value of some type, or several. */
export function ValueInput({ item, onItem }: Props): ReactElement {
  const { value = '', operator } = item
  switch (takes(operator)) {
    case 'nothing':
      return <span />
    case 'text':
      return <OneValue item={item} value={String(value)} onItem={onItem} types={['text']} />
    case 'one':
      return (
        <OneValue item={item} value={value as Simple} onItem={onItem} types={['text', 'number', 'yes/no']} />
      )
    case 'several':
      return <Several item={item} onItem={onItem} />
  }
}

type OneProps = Props & { readonly value: Simple; readonly types: readonly Simples[] }

function OneValue({ item, value, onItem, types }: OneProps): ReactElement {
  const examples = useExamples(item.field)
  // A number that is not whole yet is kept as a text: what it is to be is remembered here.
  const [chosen, setChosen] = useState(simpleType(value))
  const type = types.includes(chosen) ? chosen : 'text'
  const set = (next: Simple) => onItem({ ...item, value: next })
  return (
    <span className="flex min-w-0 gap-1">
      {type === 'yes/no' ? (
        <Select
          aria-label="Value"
          value={String(value)}
          choices={[
            { value: 'true', label: 'true' },
            { value: 'false', label: 'false' },
          ]}
          onChoice={(text) => set(text === 'true')}
          className="flex-1"
        />
      ) : (
        <SuggestInput
          label="Value"
          value={value === null ? '' : String(value)}
          onText={(text) => set(simpleOf(text, type))}
          suggest={(text) => suggested(examples, text)}
          onTake={(label) => {
            // What was seen is a number or a text: so is what is compared with it.
            const seen = examples.find((example) => String(example) === label) ?? label
            const isFit = types.includes(simpleType(seen))
            if (isFit) setChosen(simpleType(seen))
            set(isFit ? seen : label)
          }}
          isInvalid={type === 'number' && typeof value !== 'number'}
          className="flex-1"
        />
      )}
      {types.length > 1 && (
        <Select
          aria-label="Type of the value"
          value={type}
          choices={types.map((one) => ({ value: one, label: one }))}
          onChoice={(next) => {
            setChosen(next as Simples)
            set(withType(value, next as Simples))
          }}
          className="w-[5.5rem] shrink-0"
        />
      )}
    </span>
  )
}

function Several({ item, onItem }: Props): ReactElement {
  const examples = useExamples(item.field)
  const [text, setText] = useState('')
  const values = Array.isArray(item.value) ? (item.value as readonly Simple[]) : []
  const set = (next: readonly Simple[]) => onItem({ ...item, value: next })
  function add(label: string): void {
    setText('')
    if (label.trim() === '') return
    const value = examples.find((example) => String(example) === label) ?? likeOthers(label, values)
    if (!values.includes(value)) set([...values, value])
  }
  return (
    <span className="flex min-w-0 flex-wrap items-center gap-1">
      {values.map((value) => (
        <span
          key={JSON.stringify(value)}
          className="inline-flex h-7 max-w-full items-center gap-1 rounded bg-well pl-2 font-mono text-sm"
        >
          <span className="truncate">{typeof value === 'string' ? value : JSON.stringify(value)}</span>
          <button
            type="button"
            aria-label={`Remove ${String(value)}`}
            className="rounded p-1 text-muted hover:bg-hover hover:text-text"
            onClick={() => set(values.filter((one) => one !== value))}
          >
            <Icon name="cross" size={12} />
          </button>
        </span>
      ))}
      <SuggestInput
        label="Add a value"
        placeholder="add, Enter"
        value={text}
        onText={(next) => (next.endsWith(',') ? add(next.slice(0, -1)) : setText(next))}
        onEnter={() => add(text)}
        suggest={(typed) =>
          suggested(
            examples.filter((one) => !values.includes(one)),
            typed,
          )
        }
        onTake={add}
        className="min-w-24 flex-1"
      />
    </span>
  )
}

/** A list of numbers gets a number more. */
function likeOthers(text: string, values: readonly Simple[]): Simple {
  const isNumbers = values.length > 0 && values.every((value) => typeof value === 'number')
  return simpleOf(text, isNumbers ? 'number' : 'text')
}

function suggested(examples: readonly Simple[], typed: string) {
  const text = typed.toLowerCase()
  return examples
    .map((example) => ({ label: String(example), detail: simpleType(example) }))
    .filter(({ label }) => label !== typed && label.toLowerCase().includes(text))
}

function useExamples(field: string): readonly Simple[] {
  const { paths } = useEditorContext()
  const seen = paths.find(({ path }) => path === field.replace(/^\$\./, ''))
  return (seen?.examples ?? []).filter((example) => example !== null) as readonly Simple[]
}
