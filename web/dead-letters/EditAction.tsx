import { Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { buttonClass } from '../ui/button-class.ts'
import { Icon } from '../ui/Icon.tsx'
import type { Letter } from './dead-letters-query.ts'

type Props = {
  readonly letter: Letter
  /** Of the group, so that the editor can lead back to it. */
  readonly reason: { readonly code: string; readonly text: string }
}

/** To the action that made it, with its event as the sample. */
export function EditAction({ letter, reason: { code, text } }: Props): ReactElement {
  return (
    <Link
      to="/destinations/$destinationId/actions/$actionId"
      params={{ destinationId: letter.destination, actionId: letter.action }}
      search={{ sample: letter.address, code, text }}
      className={buttonClass()}
    >
      <Icon name="edit" /> Edit the action
    </Link>
  )
}
