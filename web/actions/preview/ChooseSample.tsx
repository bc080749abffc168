import { type ReactElement, useState } from 'react'
import type { Json, SpecEvent } from '../../../core/event.ts'
import { Button } from '../../ui/Button.tsx'
import { Dialog } from '../../ui/Dialog.tsx'
import { Field } from '../../ui/Field.tsx'
import { TextArea } from '../../ui/TextArea.tsx'
import { TextInput } from '../../ui/TextInput.tsx'
import { Time } from '../../ui/Time.tsx'
import { readJson } from '../logic/json-text.ts'
import { type LogSample, nameOf } from '../use-samples.ts'

type Props = {
  readonly isOpen: boolean
  readonly onClose: () => void
  readonly list: readonly LogSample[]
  readonly event: SpecEvent | undefined
  readonly onAddress: (address: string) => void
  readonly onPaste: (call: Json) => void
}

/** One of the last events, one by its address, or a call as a client would send it. */
export function ChooseSample({ isOpen, onClose, ...rest }: Props): ReactElement {
  return (
    <Dialog isOpen={isOpen} onClose={onClose} title="Choose a sample" isWide>
      <Choices {...rest} onClose={onClose} />
    </Dialog>
  )
}

const EXAMPLE = {
  type: 'track',
  event: 'Order Completed',
  userId: 'ada',
  properties: { total: 25, plan: 'pro' },
}

function Choices({ list, event, onAddress, onPaste, onClose }: Omit<Props, 'isOpen'>): ReactElement {
  return (
    <div className="flex flex-col gap-5">
      {list.length > 0 && (
        <ul
          aria-label="The last events"
          className="max-h-56 divide-y divide-line overflow-y-auto rounded-lg border border-line"
        >
          {list.map((one) => (
            <li key={one.address}>
              <button
                type="button"
                className="flex w-full items-baseline gap-3 px-3 py-1.5 text-left hover:bg-hover"
                onClick={() => {
                  onAddress(one.address)
                  onClose()
                }}
              >
                <span className="w-16 shrink-0 text-sm text-muted">{one.event.type}</span>
                <span className="min-w-0 flex-1 truncate">{nameOf(one.event)}</span>
                <span className="max-w-40 truncate text-sm text-muted">
                  {one.event.userId ?? one.event.anonymousId}
                </span>
                <span className="text-sm text-muted">
                  <Time at={one.receivedAt} />
                </span>
              </button>
            </li>
          ))}
        </ul>
      )}
      <ByAddress onAddress={onAddress} onClose={onClose} />
      <Paste event={event} onPaste={onPaste} onClose={onClose} />
    </div>
  )
}

function ByAddress({ onAddress, onClose }: Pick<Props, 'onAddress' | 'onClose'>): ReactElement {
  const [text, setText] = useState('')
  const address = text.trim().replaceAll('-', '/')
  const isRight = /^\d+\/\d+\/\d+$/.test(address)
  return (
    <form
      className="flex items-start gap-2"
      onSubmit={(submitted) => {
        submitted.preventDefault()
        if (!isRight) return
        onAddress(address)
        onClose()
      }}
    >
      <div className="flex-1">
        <Field
          label="An event by its address"
          help="As it stands on the page of the event: 3-1042-7."
          error={text === '' || isRight ? undefined : 'needs three numbers: lane-chunk-index'}
        >
          {(ids) => <TextInput {...ids} isMono value={text} onText={setText} placeholder="3-1042-7" />}
        </Field>
      </div>
      <Button type="submit" className="mt-7" disabled={!isRight}>
        Take it
      </Button>
    </form>
  )
}

function Paste({ event, onPaste, onClose }: Pick<Props, 'event' | 'onPaste' | 'onClose'>): ReactElement {
  const [text, setText] = useState(() => JSON.stringify(event ?? EXAMPLE, null, 2))
  const read = readJson(text)
  const line = read.ok ? 0 : text.slice(0, read.span.start).split('\n').length
  const isObject = read.ok && typeof read.value === 'object' && read.value !== null
  const error = read.ok ? (isObject ? undefined : 'must be an object') : `line ${line}: ${read.problem}`
  return (
    <div className="flex flex-col gap-2">
      <Field
        label="A call of your own"
        help="JSON as a client sends it, with its type. Nothing of it is stored or sent."
        error={error}
      >
        {(ids) => <TextArea {...ids} isMono rows={9} value={text} onText={setText} />}
      </Field>
      <Button
        className="self-end"
        disabled={error !== undefined}
        onClick={() => {
          if (read.ok) onPaste(read.value)
          onClose()
        }}
      >
        Use this call
      </Button>
    </div>
  )
}
