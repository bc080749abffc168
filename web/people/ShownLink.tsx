import type { ReactElement } from 'react'
import type { Answer } from '../api/api.ts'
import { Button } from '../ui/Button.tsx'
import { CodeBlock } from '../ui/CodeBlock.tsx'
import { Time } from '../ui/Time.tsx'

type NewLink = Omit<Answer<'POST /admin/v1/people/:id/reset'>, 'never'>
type Props = { readonly made: NewLink; readonly email: string; readonly onDone: () => void }

/** A link that is shown this once, and whether it was mailed. */
export function ShownLink({ made: { link, expiresAt, mail }, email, onDone }: Props): ReactElement {
  return (
    <div className="flex flex-col gap-4">
      <p>
        {mail === 'sent' && `It was mailed to ${email}. You can also give it yourself.`}
        {mail === 'failed' && `The mail to ${email} could not be sent: give them the link yourself.`}
        {mail === 'off' && `This server sends no mail: give the link to ${email} yourself.`}{' '}
        <strong>It is shown this once.</strong>
      </p>
      <CodeBlock title="The link" code={link} />
      <p className="text-sm text-muted">
        Good once, until <Time at={expiresAt} as="exact" />. Whoever has it can use it.
      </p>
      <Button look="primary" className="self-end" onClick={onDone}>
        Done
      </Button>
    </div>
  )
}
