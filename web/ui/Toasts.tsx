import type { ReactElement } from 'react'
import { Icon } from './Icon.tsx'
import { closeToast, useToasts } from './toasts.ts'

/** Once, at the end of the page. */
export function Toasts(): ReactElement {
  const toasts = useToasts()
  return (
    <div
      role="status"
      aria-live="polite"
      className="pointer-events-none fixed inset-x-3 bottom-3 z-40 flex flex-col items-center gap-2"
    >
      {toasts.map(({ id, text, tone, undo }) => (
        <div
          key={id}
          className="pointer-events-auto flex max-w-xl items-center gap-3 rounded-lg bg-surface py-2 pr-2 pl-3 shadow-pop"
        >
          <Icon
            name={tone === 'bad' ? 'warning' : 'check'}
            className={tone === 'bad' ? 'text-bad' : 'text-good'}
          />
          <span>{text}</span>
          {undo !== undefined && (
            <button
              type="button"
              className="link font-medium"
              onClick={() => {
                closeToast(id)
                undo()
              }}
            >
              Undo
            </button>
          )}
          <button
            type="button"
            aria-label="Close"
            className="rounded p-1 text-muted hover:bg-hover"
            onClick={() => closeToast(id)}
          >
            <Icon name="cross" />
          </button>
        </div>
      ))}
    </div>
  )
}
