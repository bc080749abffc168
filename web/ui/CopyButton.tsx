import { type ReactElement, useEffect, useState } from 'react'
import { Icon } from './Icon.tsx'

const SAID_MS = 1_600

type Props = {
  readonly text: string | (() => string)
  /** What is copied: "the id". */
  readonly what?: string
  /** Words beside the icon. */
  readonly label?: string
}

export function CopyButton({ text, what = 'it', label }: Props): ReactElement {
  const [state, setState] = useState<'ready' | 'copied' | 'failed'>('ready')
  useEffect(() => {
    if (state === 'ready') return
    const timer = setTimeout(() => setState('ready'), SAID_MS)
    return () => clearTimeout(timer)
  }, [state])
  const said = { ready: label ?? '', copied: 'Copied', failed: 'Select and copy by hand' }[state]
  return (
    <button
      type="button"
      className="inline-flex h-6 shrink-0 items-center gap-1 rounded px-1.5 text-xs text-muted hover:bg-hover hover:text-text"
      aria-label={state === 'ready' ? `Copy ${what}` : undefined}
      title={state === 'ready' ? `Copy ${what}` : undefined}
      onClick={() => {
        const copied = navigator.clipboard?.writeText(typeof text === 'string' ? text : text())
        if (copied === undefined) setState('failed')
        else
          copied.then(
            () => setState('copied'),
            () => setState('failed'),
          )
      }}
    >
      <Icon name={state === 'copied' ? 'check' : 'copy'} size={14} />
      <span aria-live="polite">{said}</span>
    </button>
  )
}
