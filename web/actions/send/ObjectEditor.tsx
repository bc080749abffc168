import { type ReactElement, useState } from 'react'
import type { MappingValue } from '../../../core/mapping/mapping.ts'
import { compilePath } from '../../../core/path.ts'
import { Button } from '../../ui/Button.tsx'
import { Icon } from '../../ui/Icon.tsx'
import { IconButton } from '../../ui/IconButton.tsx'
import { useEditorContext } from '../editor-context.ts'
import { type ObjectParts, readObject, writeObject } from '../logic/value-kinds.ts'
import { SuggestInput } from '../SuggestInput.tsx'
import { PathInput } from './PathInput.tsx'
import { ValueEditor, type ValueProps } from './ValueEditor.tsx'

/** An object of the event, without some of its keys and with others put in; or one that is made of keys alone. */
export function ObjectEditor({ label, value, fallback, onValue, depth = 0 }: ValueProps): ReactElement {
  const parts = readObject(value ?? {}) ?? { without: [], added: {} }
  const { from, without, added } = parts
  const set = (next: ObjectParts, problem?: string) => onValue(writeObject(next), problem)
  const keys = useKeysOf(from).filter((key) => !without.includes(key))
  return (
    <div className="flex min-w-0 flex-col gap-2">
      {from !== undefined && (
        <div className="flex items-start gap-1">
          <span className="w-16 shrink-0 pt-1.5 text-sm text-muted">all of</span>
          <div className="min-w-0 flex-1">
            <PathInput
              label={label}
              type="object"
              value={from}
              onValue={(next) => set({ ...parts, from: next ?? from })}
            />
          </div>
          <IconButton
            icon="cross"
            label={`${label}: not from the event`}
            onClick={() => set({ without: [], added })}
          />
        </div>
      )}
      {without.length > 0 && (
        <LeftOut label={label} keys={without} onKeys={(next) => set({ ...parts, without: next })} />
      )}
      {Object.entries(added).map(([key, inner]) => (
        <AddedKey
          key={key}
          label={label}
          name={key}
          value={inner}
          depth={depth}
          onValue={(next, problem) => set({ ...parts, added: { ...added, [key]: next ?? null } }, problem)}
          onRemove={() => set({ ...parts, added: leftOut(added, key) })}
        />
      ))}
      <div className="flex flex-wrap gap-2">
        <NewKey
          label={`${label}: add a key`}
          button="Add a key"
          onKey={(key) => set({ ...parts, added: { ...added, [key]: added[key] ?? { '@path': '$.' } } })}
          keys={[]}
        />
        {from === undefined ? (
          <Button size="small" look="quiet" onClick={() => set({ ...parts, from: pathOf(fallback) })}>
            <Icon name="plus" /> All of an object
          </Button>
        ) : (
          <NewKey
            label={`${label}: leave a key out`}
            button="Leave a key out"
            keys={keys}
            onKey={(key) => set({ ...parts, without: [...new Set([...without, key])] })}
          />
        )}
      </div>
    </div>
  )
}

type LeftOutProps = {
  readonly label: string
  readonly keys: readonly string[]
  readonly onKeys: (keys: readonly string[]) => void
}

function LeftOut({ label, keys, onKeys }: LeftOutProps): ReactElement {
  return (
    <div className="flex flex-wrap items-center gap-1">
      <span className="w-16 shrink-0 text-sm text-muted">without</span>
      {keys.map((key) => (
        <span key={key} className="inline-flex h-7 items-center gap-1 rounded bg-well pl-2 font-mono text-sm">
          <s className="decoration-bad">{key}</s>
          <button
            type="button"
            aria-label={`${label}: keep ${key}`}
            className="rounded p-1 text-muted hover:bg-hover hover:text-text"
            onClick={() => onKeys(keys.filter((one) => one !== key))}
          >
            <Icon name="cross" size={12} />
          </button>
        </span>
      ))}
    </div>
  )
}

function leftOut(parts: ObjectParts['added'], key: string): ObjectParts['added'] {
  return Object.fromEntries(Object.entries(parts).filter(([name]) => name !== key))
}

function pathOf(fallback: MappingValue | undefined): MappingValue {
  const from = fallback === undefined ? undefined : readObject(fallback)?.from
  return from ?? { '@path': '$.properties' }
}

/** The keys that the object has in the sample. */
function useKeysOf(from: MappingValue | undefined): readonly string[] {
  const { event } = useEditorContext()
  const path = (from as { '@path'?: unknown } | undefined)?.['@path']
  if (typeof path !== 'string' || event === undefined) return []
  const found = compilePath(path)(event)
  return typeof found === 'object' && found !== null && !Array.isArray(found) ? Object.keys(found) : []
}

type AddedProps = {
  readonly label: string
  readonly name: string
  readonly value: MappingValue
  readonly depth: number
  readonly onValue: (value: MappingValue | undefined, problem?: string) => void
  readonly onRemove: () => void
}

function AddedKey({ label, name, value, depth, onValue, onRemove }: AddedProps): ReactElement {
  return (
    <div role="group" aria-label={`${label}: ${name}`} className="flex items-start gap-1">
      <div className="min-w-0 flex-1 rounded-md border border-line p-2">
        <p className="mb-1 font-mono text-sm break-all">{name}</p>
        <ValueEditor
          label={`${label} ${name}`}
          type="string"
          value={value}
          depth={depth + 1}
          onValue={onValue}
        />
      </div>
      <IconButton icon="cross" label={`${label}: remove ${name}`} onClick={onRemove} />
    </div>
  )
}

type NewKeyProps = {
  readonly label: string
  readonly button: string
  readonly keys: readonly string[]
  readonly onKey: (key: string) => void
}

/** A button that becomes an input for a key. */
function NewKey({ label, button, keys, onKey }: NewKeyProps): ReactElement {
  const [text, setText] = useState<string>()
  if (text === undefined) {
    return (
      <Button size="small" look="quiet" aria-label={label} onClick={() => setText('')}>
        <Icon name={button === 'Add a key' ? 'plus' : 'minus'} /> {button}
      </Button>
    )
  }
  const done = (key: string) => {
    setText(undefined)
    if (key.trim() !== '') onKey(key.trim())
  }
  return (
    <span className="flex items-center gap-1">
      <SuggestInput
        isMono
        autoFocus
        label={label}
        placeholder="key"
        value={text}
        onText={setText}
        onTake={done}
        onEnter={() => done(text)}
        suggest={(typed) =>
          keys.filter((key) => key.toLowerCase().includes(typed.toLowerCase())).map((key) => ({ label: key }))
        }
        className="w-44"
      />
      <Button size="small" onClick={() => done(text)}>
        Done
      </Button>
    </span>
  )
}
