import type { ReactElement } from 'react'
import { Button } from '../ui/Button.tsx'
import { buttonClass } from '../ui/button-class.ts'
import { CodeBlock } from '../ui/CodeBlock.tsx'

type Props = { readonly codes: readonly string[]; readonly onDone: () => void }

/** Shown this once: to be copied, or kept as a file. */
export function RecoveryCodes({ codes, onDone }: Props): ReactElement {
  const text = codes.join('\n')
  return (
    <div className="flex flex-col gap-4">
      <p>
        Keep these where you find them without your phone. Each lets you in once, in place of the code.{' '}
        <strong>They are shown this once.</strong>
      </p>
      <CodeBlock title="Recovery codes" code={text} />
      <div className="flex flex-wrap gap-2">
        <a
          className={buttonClass()}
          download="millrace-recovery-codes.txt"
          href={`data:text/plain;charset=utf-8,${encodeURIComponent(`${text}\n`)}`}
        >
          Download
        </a>
        <Button look="primary" onClick={onDone}>
          I have kept them
        </Button>
      </div>
    </div>
  )
}
