import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { isSqlKind } from '../../core/sql/settings.ts'
import { queries } from '../api/queries.ts'
import { Skeleton } from '../ui/Skeleton.tsx'
import { DeleteSource } from './settings/DeleteSource.tsx'
import { Origins } from './settings/Origins.tsx'
import { PrivacyChoice } from './settings/PrivacyChoice.tsx'
import { RenameSource } from './settings/RenameSource.tsx'
import { SourceChanges } from './settings/SourceChanges.tsx'
import { SourceDestinations } from './settings/SourceDestinations.tsx'
import { SourceLimits } from './settings/SourceLimits.tsx'
import { SourcePlan } from './settings/SourcePlan.tsx'
import { SourceRedaction } from './settings/SourceRedaction.tsx'
import { SourceTransform } from './settings/SourceTransform.tsx'
import { TurnedAway } from './settings/TurnedAway.tsx'
import { WriteKeys } from './settings/WriteKeys.tsx'

/** What can be changed of a source, each part saved by itself. */
export function SourceSettings(): ReactElement {
  const { sourceId } = useParams({ from: '/sources/$sourceId' })
  const source = useQuery(queries.source(sourceId)).data
  const status = useQuery(queries.status()).data
  if (source === undefined) return <Skeleton lines={8} />
  const isDatabase = isSqlKind(source.kind)
  return (
    <div className="flex max-w-3xl flex-col gap-4">
      {status?.configuredBy === 'file' && (
        <p className="rounded-lg bg-wait-soft p-3 text-wait">
          This server is configured by {status.configFile ?? 'a file'}: what is changed here is undone at its
          next start.
        </p>
      )}
      <RenameSource key={source.name} source={source} />
      <WriteKeys source={source} />
      {!isDatabase && <Origins source={source} />}
      <TurnedAway sourceId={source.id} />
      {!isDatabase && <PrivacyChoice source={source} />}
      <SourceRedaction source={source} />
      <SourceTransform key={`${source.transform}`} source={source} />
      <SourcePlan source={source} />
      <SourceDestinations source={source} />
      <SourceLimits />
      <SourceChanges sourceId={source.id} />
      <DeleteSource source={source} />
    </div>
  )
}
