import type { ReactElement } from 'react'
import type { MappingValue } from '../../../core/mapping/mapping.ts'
import { Button } from '../../ui/Button.tsx'
import { Icon } from '../../ui/Icon.tsx'
import { IconButton } from '../../ui/IconButton.tsx'
import { ValueEditor, type ValueProps } from './ValueEditor.tsx'

/** `@first`: values in order, of which the first that is there is taken. */
export function FirstEditor({ label, type, value, onValue, depth = 0 }: ValueProps): ReactElement {
  const given = (value as { '@first'?: unknown } | undefined)?.['@first']
  const items = Array.isArray(given) ? (given as readonly MappingValue[]) : []
  const set = (next: readonly MappingValue[], problem?: string) => onValue({ '@first': next }, problem)
  return (
    <ol className="flex flex-col gap-2">
      {items.map((item, index) => (
        <li key={index} className="flex items-start gap-1">
          <span className="w-12 shrink-0 pt-1.5 text-sm text-muted">{index === 0 ? 'this' : 'or else'}</span>
          <div className="min-w-0 flex-1">
            <ValueEditor
              label={`${label}, ${index + 1}`}
              type={type}
              value={item}
              depth={depth + 1}
              onValue={(next, problem) => set(items.with(index, next ?? null), problem)}
            />
          </div>
          {items.length > 1 && (
            <IconButton
              icon="cross"
              label={`Remove ${label}, ${index + 1}`}
              onClick={() => set(items.toSpliced(index, 1))}
            />
          )}
        </li>
      ))}
      <li>
        <Button size="small" look="quiet" onClick={() => set([...items, { '@path': '$.' }])}>
          <Icon name="plus" /> Or else
        </Button>
      </li>
    </ol>
  )
}
