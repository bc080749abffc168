import { Link } from '@tanstack/react-router'
import { type ReactElement, useState } from 'react'
import { api } from '../../api/api.ts'
import { useSaved } from '../../api/use-saved.ts'
import { Button } from '../../ui/Button.tsx'
import { CopyButton } from '../../ui/CopyButton.tsx'
import { Dialog } from '../../ui/Dialog.tsx'
import { Icon } from '../../ui/Icon.tsx'
import { Tag } from '../../ui/Tag.tsx'
import { Part } from './Part.tsx'
import type { Source } from './RenameSource.tsx'

const SHOWN_CHARS = 4

/** The keys with which clients may send. */
export function WriteKeys({ source }: { readonly source: Source }): ReactElement {
  const { id, writeKey, olderWriteKeys = [], disabledWriteKeys = [] } = source
  const [asked, setAsked] = useState<'rotate' | { readonly remove: string }>()
  const close = () => setAsked(undefined)
  const rotate = useSaved(() => api('POST /admin/v1/sources/:id/write-keys', { params: { id } }), {
    said: () => 'There is a new write key. The one before goes on working.',
    onDone: close,
  })
  const remove = useSaved(
    (key: string) => api('DELETE /admin/v1/sources/:id/write-keys/:key', { params: { id, key } }),
    { said: (key) => `The write key ${masked(key)} is no longer taken.`, onDone: close },
  )
  const toggle = useSaved(
    ({ key, disabled }: { readonly key: string; readonly disabled: boolean }) =>
      api('PATCH /admin/v1/sources/:id/write-keys/:key', { params: { id, key }, body: { disabled } }),
    {
      said: ({ key, disabled }) =>
        `The write key ${masked(key)} is ${disabled ? 'disabled: what is sent with it is answered 401.' : 'taken again.'}`,
    },
  )
  const line = (key: string) => {
    const isDisabled = disabledWriteKeys.includes(key)
    return { isDisabled, onToggle: () => toggle.mutate({ key, disabled: !isDisabled }) }
  }
  const removed = typeof asked === 'object' ? asked.remove : undefined
  return (
    <Part
      title="Write keys"
      action={
        <Button needs="edit" size="small" onClick={() => setAsked('rotate')}>
          <Icon name="retry" /> Rotate
        </Button>
      }
    >
      <ul className="flex flex-col">
        <KeyLine writeKey={writeKey} note="for new clients" {...line(writeKey)} />
        {olderWriteKeys.map((key) => (
          <KeyLine
            key={key}
            writeKey={key}
            note="older, still taken"
            {...line(key)}
            onRemove={() => setAsked({ remove: key })}
          />
        ))}
      </ul>
      <p className="mt-2 text-sm text-muted">
        Whoever has a write key may send events to this source, and nothing else. In a page everybody can see
        it. A disabled one is refused until it is enabled again.
      </p>
      <RotateDialog
        isOpen={asked === 'rotate'}
        isBusy={rotate.isPending}
        onClose={close}
        onDo={() => rotate.mutate(undefined)}
      />
      <RemoveDialog
        id={id}
        removed={removed}
        isBusy={remove.isPending}
        onClose={close}
        onDo={() => removed !== undefined && remove.mutate(removed)}
      />
    </Part>
  )
}

type AskProps = {
  readonly isBusy: boolean
  readonly onClose: () => void
  readonly onDo: () => void
}

function RotateDialog({
  isOpen,
  isBusy,
  onClose,
  onDo,
}: AskProps & { readonly isOpen: boolean }): ReactElement {
  return (
    <Dialog
      isOpen={isOpen}
      onClose={onClose}
      title="Rotate the write key"
      actions={
        <>
          <Button onClick={onClose}>Leave it</Button>
          <Button needs="edit" look="primary" isBusy={isBusy} onClick={onDo}>
            Make a new key
          </Button>
        </>
      }
    >
      <ol className="list-decimal space-y-1 pl-5">
        <li>A new key is made; Set-up and snippets show it from now on.</li>
        <li>
          <strong>The present key goes on working</strong>, so nothing is lost while you change your clients.
        </li>
        <li>When nothing sends with the old one any more, remove it here.</li>
      </ol>
    </Dialog>
  )
}

type RemoveProps = AskProps & { readonly id: string; readonly removed: string | undefined }

function RemoveDialog({ id, removed, isBusy, onClose, onDo }: RemoveProps): ReactElement {
  return (
    <Dialog
      isOpen={removed !== undefined}
      onClose={onClose}
      title="Remove an older write key"
      actions={
        <>
          <Button onClick={onClose}>Keep it</Button>
          <Button needs="edit" look="danger" isBusy={isBusy} onClick={onDo}>
            Remove the key
          </Button>
        </>
      }
    >
      <p>
        Clients that still send with <code>{masked(removed ?? '')}</code> are answered 401 from now on, and
        what they send is lost. Pages may hold it for as long as a browser keeps them. It can be undone.
      </p>
      <p className="mt-2">
        <Link to="/sources/$sourceId/set-up" params={{ sourceId: id }} className="link">
          Set-up
        </Link>{' '}
        shows where the new key belongs.
      </p>
    </Dialog>
  )
}

type KeyLineProps = {
  readonly writeKey: string
  readonly note: string
  readonly isDisabled: boolean
  readonly onToggle: () => void
  readonly onRemove?: () => void
}

function KeyLine({ writeKey, note, isDisabled, onToggle, onRemove }: KeyLineProps): ReactElement {
  const [isShown, setShown] = useState(false)
  return (
    <li className="flex flex-wrap items-center gap-2 border-b border-line py-1.5 last:border-b-0">
      <code className="min-w-0 break-all">{isShown ? writeKey : masked(writeKey)}</code>
      <Tag>{isDisabled ? 'disabled' : note}</Tag>
      <span className="ml-auto flex items-center gap-1">
        <Button look="quiet" size="small" aria-pressed={isShown} onClick={() => setShown(!isShown)}>
          {isShown ? 'Hide' : 'Show'}
        </Button>
        <CopyButton text={writeKey} what={`the write key ${masked(writeKey)}`} />
        <Button
          needs="edit"
          look="quiet"
          size="small"
          aria-label={`${isDisabled ? 'Enable' : 'Disable'} the write key ${masked(writeKey)}`}
          onClick={onToggle}
        >
          {isDisabled ? 'Enable' : 'Disable'}
        </Button>
        {onRemove !== undefined && (
          <Button needs="edit" look="quiet" size="small" onClick={onRemove}>
            <Icon name="trash" /> Remove
          </Button>
        )}
      </span>
    </li>
  )
}

function masked(key: string): string {
  return `••••••${key.slice(-SHOWN_CHARS)}`
}
