import type { ReactElement } from 'react'
import { useEditorContext } from '../editor-context.ts'
import { completePath, fillTemplate, templateHole } from '../logic/paths.ts'
import { SuggestInput } from '../SuggestInput.tsx'
import { PickFromEvent } from './PickFromEvent.tsx'
import type { ValueProps } from './ValueEditor.tsx'

/** A text with `{{path}}` in it. */
export function TemplateInput({ label, value, onValue }: ValueProps): ReactElement {
  const { paths } = useEditorContext()
  const given =
    typeof value === 'object' && value !== null ? (value as { '@template'?: unknown })['@template'] : ''
  const text = typeof given === 'string' ? given : ''
  const set = (next: string) => onValue({ '@template': next })
  return (
    <span className="flex min-w-0 gap-1">
      <SuggestInput
        isMono
        label={`${label}: text`}
        value={text}
        placeholder="{{properties.brand}} {{properties.model}}"
        onText={set}
        suggest={(now, caret) => {
          const hole = templateHole(now, caret)
          if (hole === undefined) return []
          return completePath(paths, hole.typed).map(({ path, examples }) => ({
            label: path,
            detail: examples.slice(0, 3).join(', '),
          }))
        }}
        take={(now, caret, path) => {
          const hole = templateHole(now, caret)
          return hole === undefined ? { text: now, caret } : fillTemplate(now, caret, hole, path)
        }}
        className="flex-1"
      />
      <PickFromEvent label={label} onPick={(path) => set(`${text}{{${path.replace(/^\$\.?/, '')}}}`)} />
    </span>
  )
}
