import type { ReactElement } from 'react'

/** Found out by the page itself: no document of the server has it. */
const OWN = new Set(['UNREACHABLE'])

/** A code, which leads to what the documents say of it. */
export function ErrorCode({ code }: { readonly code: string }): ReactElement {
  if (OWN.has(code)) return <code className="text-xs text-muted">{code}</code>
  return (
    <a
      href={`/docs/errors#${code.toLowerCase()}`}
      className="font-mono text-xs text-muted underline decoration-1 underline-offset-3 hover:text-text"
      target="_blank"
      rel="noreferrer"
    >
      {code}
    </a>
  )
}
