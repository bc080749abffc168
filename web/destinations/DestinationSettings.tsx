import type { ReactElement } from 'react'
import { Changes } from './Changes.tsx'
import { DestinationRedaction } from './DestinationRedaction.tsx'
import { useDestination, useKind } from './destination.ts'
import { SettingsEditor } from './SettingsEditor.tsx'
import { Switches } from './Switches.tsx'

export function DestinationSettings(): ReactElement {
  const { id } = useDestination()
  const kind = useKind()
  return (
    <div className="grid max-w-6xl grid-cols-1 items-start gap-6 xl:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
      <div className="flex flex-col gap-6">
        {kind === undefined ? (
          <p className="panel p-4">This version of Millrace does not have this kind of destination.</p>
        ) : (
          <SettingsEditor key={id} kind={kind} />
        )}
        <DestinationRedaction />
        <Switches />
      </div>
      <Changes of={id} />
    </div>
  )
}
