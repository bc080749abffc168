import type { ReactElement } from 'react'
import { countText } from './format.ts'

/** `12,480`; from a million on `1.2 M`, with the exact number on hover and for readers. */
export function Count({ of }: { readonly of: number }): ReactElement {
  const short = countText(of)
  const exact = of.toLocaleString('en-US')
  if (short === exact) return <span>{short}</span>
  return (
    <span title={exact}>
      <span aria-hidden="true">{short}</span>
      <span className="sr-only">{exact}</span>
    </span>
  )
}
