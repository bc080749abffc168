import type { ReactElement } from 'react'
import { useEditorContext } from '../editor-context.ts'
import { completePath, mappingPath } from '../logic/paths.ts'
import { SuggestInput } from '../SuggestInput.tsx'
import { PickFromEvent } from './PickFromEvent.tsx'
import type { ValueProps } from './ValueEditor.tsx'

/** A path into the event: typed, with the paths of real events, or picked from the sample. */
export function PathInput({ label, value, onValue }: ValueProps): ReactElement {
  const { paths } = useEditorContext()
  const given = typeof value === 'object' && value !== null ? (value as { '@path'?: unknown })['@path'] : ''
  const path = typeof given === 'string' ? given : ''
  const set = (text: string) => onValue({ '@path': text })
  return (
    <span className="flex min-w-0 gap-1">
      <SuggestInput
        isMono
        label={`${label}: path`}
        value={path}
        placeholder="$.properties.plan"
        onText={set}
        suggest={(text) =>
          completePath(paths, text)
            .map(({ path: one, examples }) => ({
              label: mappingPath(one),
              detail: examples.slice(0, 3).join(', '),
            }))
            .filter((one) => one.label !== text)
        }
        className="flex-1"
      />
      <PickFromEvent label={label} onPick={set} />
    </span>
  )
}
