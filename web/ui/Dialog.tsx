import { type ReactElement, type ReactNode, useEffect, useId, useState } from 'react'
import { Icon } from './Icon.tsx'
import { DialogContext } from './overlay.ts'

type Props = {
  readonly isOpen: boolean
  readonly onClose: () => void
  readonly title: string
  readonly children: ReactNode
  /** The buttons, the one to press last. */
  readonly actions?: ReactNode
  readonly isWide?: boolean
  /** It cannot be closed but by what is in it. */
  readonly isKept?: boolean
}

/** The browser's own modal dialog: it keeps the focus, closes by Escape, and gives the focus back. */
export function Dialog({
  isOpen,
  onClose,
  title,
  children,
  actions,
  isWide = false,
  isKept = false,
}: Props): ReactElement {
  const id = useId()
  const [dialog, setDialog] = useState<HTMLDialogElement | null>(null)
  useEffect(() => {
    if (isOpen) dialog?.showModal()
    else dialog?.close()
  }, [dialog, isOpen])
  return (
    <dialog
      ref={setDialog}
      aria-labelledby={id}
      // Browsers let a second Escape through, whatever was said to the first.
      onClose={isKept ? () => dialog?.showModal() : onClose}
      onCancel={isKept ? (event) => event.preventDefault() : undefined}
      onPointerDown={(event) => {
        if (event.target === dialog && !isKept) onClose()
      }}
      className={`m-auto max-h-[85vh] w-[calc(100%-2rem)] rounded-xl bg-surface p-0 text-text shadow-pop ${isWide ? 'max-w-3xl' : 'max-w-lg'}`}
    >
      {isOpen && (
        <DialogContext value={dialog}>
          <div className="flex max-h-[85vh] flex-col">
            <div className="flex items-center gap-2 border-b border-line py-2 pr-2 pl-4">
              <h2 id={id} className="flex-1 text-lg font-semibold">
                {title}
              </h2>
              {!isKept && <CloseButton onClose={onClose} />}
            </div>
            <div className="overflow-y-auto p-4">{children}</div>
            {actions !== undefined && (
              <div className="flex flex-wrap justify-end gap-2 border-t border-line px-4 py-3">{actions}</div>
            )}
          </div>
        </DialogContext>
      )}
    </dialog>
  )
}

function CloseButton({ onClose }: { readonly onClose: () => void }): ReactElement {
  return (
    <button
      type="button"
      aria-label="Close"
      className="inline-flex size-8 items-center justify-center rounded-md text-muted hover:bg-hover hover:text-text"
      onClick={onClose}
    >
      <Icon name="cross" />
    </button>
  )
}
