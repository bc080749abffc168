import { useQuery } from '@tanstack/react-query'
import type { ReactElement } from 'react'
import type { Json } from '../../core/event.ts'
import type { Answer } from '../api/api.ts'
import { Button } from '../ui/Button.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { Diff } from '../ui/Diff.tsx'
import { Icon } from '../ui/Icon.tsx'
import { VersionList } from '../ui/VersionList.tsx'
import { versionsQuery } from './EditorHeader.tsx'
import { type Draft, draftOf } from './logic/draft.ts'

type Version = Answer<'GET /admin/v1/destinations/:id/actions/:action/versions'>['versions'][number]
type Props = {
  readonly isOpen: boolean
  readonly onClose: () => void
  readonly destination: string
  readonly action: string
  readonly onRestore: (version: Draft) => void
}

/** What the action was, who changed it, and what each change was; any of it can be put back. */
export function History({ isOpen, onClose, ...rest }: Props): ReactElement {
  return (
    <Dialog isOpen={isOpen} onClose={onClose} title="History" isWide>
      <Versions {...rest} onClose={onClose} />
    </Dialog>
  )
}

function Versions({ destination, action, onRestore, onClose }: Omit<Props, 'isOpen'>): ReactElement {
  const asked = useQuery(versionsQuery(destination, action))
  return (
    <VersionList asked={asked}>
      {({ shown, before, number }) => (
        <>
          <Diff
            label={`What v${number} changed`}
            wasTitle={before === undefined ? 'Not there before' : `v${number - 1}`}
            becomesTitle={`v${number}`}
            was={before && shownAs(before)}
            becomes={shownAs(shown)}
          />
          {!shown.current && (
            <Button
              className="self-start"
              onClick={() => {
                onRestore(draftOf(shown.action))
                onClose()
              }}
            >
              <Icon name="undo" /> Put v{number} back
            </Button>
          )}
        </>
      )}
    </VersionList>
  )
}

function shownAs({ action }: Version): Json {
  const { name, enabled, trigger, transform, mapping } = action
  // A line of the text is one of the comparison.
  const lines = transform === undefined ? {} : { transform: transform.trimEnd().split('\n') }
  return { name, enabled, trigger, ...lines, mapping } as Json
}
