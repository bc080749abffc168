import { type ReactElement, useId } from 'react'
import { Switch } from '../ui/Switch.tsx'
import { TextInput } from '../ui/TextInput.tsx'
import { ProblemLine } from './ProblemLine.tsx'
import type { Editor } from './use-editor.ts'

const NAME_CHARS_MAX = 100

/** What people call it, and whether it sends anything. */
export function NameAndSwitch({ editor }: { readonly editor: Editor }): ReactElement {
  const id = useId()
  const { name, enabled } = editor.draft
  return (
    <div className="panel flex flex-col gap-1 px-4 py-3">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <label htmlFor={`${id}-name`} className="font-medium">
          Name
        </label>
        <TextInput
          id={`${id}-name`}
          value={name}
          maxLength={NAME_CHARS_MAX}
          onText={editor.setName}
          aria-invalid={name.trim() === '' || undefined}
          className="min-w-40 flex-1"
        />
        <span className="flex items-center gap-2">
          <Switch id={`${id}-on`} isOn={enabled} onChange={editor.setEnabled} />
          <label htmlFor={`${id}-on`}>{enabled ? 'On' : 'Off: it sends nothing'}</label>
        </span>
      </div>
      <ProblemLine problem={name.trim() === '' ? 'It needs a name.' : undefined} />
    </div>
  )
}
