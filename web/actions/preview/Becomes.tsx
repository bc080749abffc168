import { type ReactElement, useMemo } from 'react'
import { CopyButton } from '../../ui/CopyButton.tsx'
import { classNames } from '../../ui/class-names.ts'
import { Icon } from '../../ui/Icon.tsx'
import { oneBelowTheOther, type SentPart, sentParts } from '../logic/request-diff.ts'
import type { Explained } from '../use-preview.ts'

type Props = {
  readonly explained: Explained
  /** The same under the saved action. */
  readonly before: Explained | undefined
  readonly isWeb: boolean
  readonly receiver: string
}

/** What is sent to the receiver, with what differs from the saved action coloured and signed; and why nothing is. */
export function Becomes({ explained, before, isWeb, receiver }: Props): ReactElement {
  const parts = useMemo(() => sentParts(before, explained), [before, explained])
  const sent = parts.filter(({ kind }) => kind !== 'gone')
  return (
    <div className="flex flex-col gap-3 px-4 py-3">
      <h3 className="font-medium">
        {isWeb
          ? `What the page calls of ${receiver}'s library`
          : sent.length > 1
            ? `The ${sent.length} requests to ${receiver}`
            : `The request to ${receiver}`}
      </h3>
      <Why explained={explained} isNothing={sent.length === 0} />
      {parts.map((part, index) => (
        <Sent key={`${part.title}-${index}`} part={part} isCall={isWeb} />
      ))}
      {explained.notes?.map((note) => (
        <p key={note} className="flex gap-1.5 text-sm text-muted">
          <Icon name="info" className="mt-0.5" />
          <span className="min-w-0 wrap-anywhere">{note}</span>
        </p>
      ))}
      {explained.adjustments.length > 0 && (
        <ul aria-label="Adjustments" className="flex flex-col gap-1 text-sm text-wait">
          {explained.adjustments.map(({ field, text }) => (
            <li key={`${field} ${text}`} className="flex gap-1.5">
              <Icon name="edit" className="mt-0.5" />
              <span>
                Adjusted so that {receiver} takes it: {text}
              </span>
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}

/** Why nothing, or no more, is sent. */
function Why({ explained, isNothing }: { readonly explained: Explained; readonly isNothing: boolean }) {
  const { problems, end, trigger, consent, switchedOff, fields } = explained
  const label = (name: string) => fields.find((field) => field.name === name)?.label ?? name
  if (problems.length > 0) {
    return (
      <div className="rounded-md bg-bad-soft px-3 py-2 text-sm text-bad">
        <p className="font-medium">It would be a dead letter:</p>
        {problems.map(({ field, problem }) => (
          <p key={`${field} ${problem}`}>
            {label(field)} {problem}
          </p>
        ))}
      </div>
    )
  }
  if (end?.status === 'rejected') {
    return (
      <p className="rounded-md bg-bad-soft px-3 py-2 text-sm text-bad">
        It would be a dead letter: {end.reason.text}
      </p>
    )
  }
  if (end?.status === 'unchanged') {
    return <p className="text-sm text-muted">Nothing: the receiver knows all of it already.</p>
  }
  if (!isNothing) return null
  if (trigger?.matches === false) return <p className="text-sm text-muted">None: it does not match.</p>
  if (switchedOff !== undefined)
    return <p className="text-sm text-muted">None: the call switches the destination off.</p>
  if ((consent?.missing.length ?? 0) > 0)
    return <p className="text-sm text-muted">None: consent is missing.</p>
  return <p className="text-sm text-muted">None.</p>
}

const WORDS = { same: '', changed: 'changed', new: 'new', gone: 'no longer sent' } as const
const TONES = {
  same: 'text-muted',
  changed: 'bg-accent-soft text-accent',
  new: 'bg-good-soft text-good',
  gone: 'bg-bad-soft text-bad',
} as const

function Sent({ part, isCall }: { readonly part: SentPart; readonly isCall: boolean }): ReactElement {
  const { title, kind, lines, text, headers } = part
  const names = Object.keys(headers)
  return (
    <figure className="overflow-hidden rounded-lg border border-line">
      <figcaption className="flex items-center gap-2 border-b border-line bg-well py-1 pr-1 pl-3">
        <code className="min-w-0 flex-1 break-all">{title}</code>
        {WORDS[kind] !== '' && (
          <span className={classNames('rounded px-1.5 text-xs whitespace-nowrap', TONES[kind])}>
            {WORDS[kind]}
          </span>
        )}
        <CopyButton text={isCall ? `${title}(${text})` : text} what={isCall ? 'the call' : 'the body'} />
      </figcaption>
      {names.length > 0 && (
        <details className="border-b border-line px-3 py-1 text-sm">
          <summary className="text-muted">
            {names.length} {names.length === 1 ? 'header' : 'headers'}
          </summary>
          {names.map((name) => (
            <p key={name} className="font-mono break-all">
              {name}: {headers[name]}
            </p>
          ))}
        </details>
      )}
      <Lines lines={lines} label={title} />
    </figure>
  )
}

const SIGNS = { ' ': '', '-': 'bg-bad-soft', '+': 'bg-good-soft' } as const

function Lines({
  lines,
  label,
}: {
  readonly lines: SentPart['lines']
  readonly label: string
}): ReactElement {
  const shown = useMemo(() => oneBelowTheOther(lines), [lines])
  return (
    <pre tabIndex={0} role="region" aria-label={label} className="max-h-[26rem] overflow-auto py-2 leading-5">
      <code className="block w-max min-w-full">
        {shown.map(({ sign, text }, index) => {
          const Mark = sign === '-' ? 'del' : sign === '+' ? 'ins' : 'span'
          return (
            <Mark key={index} className={classNames('block pr-3 no-underline', SIGNS[sign])}>
              <span aria-hidden="true" className="inline-block w-6 text-center text-muted select-none">
                {sign}
              </span>
              {text}
            </Mark>
          )
        })}
      </code>
    </pre>
  )
}
