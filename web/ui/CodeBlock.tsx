import type { ReactElement } from 'react'
import { CopyButton } from './CopyButton.tsx'

type Props = {
  readonly code: string
  /** What it is, for its title and for whoever cannot see it: "Snippet for the page's head". */
  readonly title: string
  readonly height_max?: 'short' | 'tall'
}

/** Code that is to be copied as it stands. */
export function CodeBlock({ code, title, height_max = 'tall' }: Props): ReactElement {
  return (
    <figure className="overflow-hidden rounded-lg border border-line bg-well">
      <figcaption className="flex items-center justify-between gap-2 border-b border-line py-1 pr-1 pl-3 text-sm text-muted">
        {title}
        <CopyButton text={code} what={title} label="Copy" />
      </figcaption>
      <pre
        tabIndex={0}
        aria-label={title}
        role="region"
        className={`overflow-auto p-3 leading-5 ${height_max === 'short' ? 'max-h-48' : 'max-h-[28rem]'}`}
      >
        <code>{code}</code>
      </pre>
    </figure>
  )
}
