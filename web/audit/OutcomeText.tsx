import type { ReactElement } from 'react'
import { Icon } from '../ui/Icon.tsx'

/** In a word, an icon and a colour. */
export function OutcomeText({ outcome }: { readonly outcome: string }): ReactElement {
  if (outcome === 'ok') {
    return (
      <span className="text-good">
        <Icon name="check" size={12} /> done
      </span>
    )
  }
  if (outcome === 'unfinished') {
    return (
      <span className="text-wait">
        <Icon name="clock" size={12} /> unfinished
      </span>
    )
  }
  return (
    <span className="text-bad">
      <Icon name="cross" size={12} /> {outcome}
    </span>
  )
}
