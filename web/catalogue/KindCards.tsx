import { Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import type { SourceKind } from '../../core/configuration.ts'
import type { Answer } from '../api/api.ts'
import { Icon } from '../ui/Icon.tsx'
import { DestinationTile, SourceTile } from '../ui/KindTile.tsx'
import { Tag } from '../ui/Tag.tsx'

export type Kind = Answer<'GET /admin/v1/catalogue'>['destinations'][number]

const CARD = 'panel flex h-full flex-col gap-3 p-4 hover:border-accent focus-visible:border-accent'

/** One kind of destination; of two with one name, the one to take says why. */
export function DestinationKindCard({ kind }: { readonly kind: Kind }): ReactElement {
  const { name, label, help, recommended, mode, sourceKinds } = kind
  return (
    <Link to="/destinations/new/$kind" params={{ kind: kind.kind }} className={CARD}>
      <span className="flex items-center gap-3">
        <DestinationTile kind={kind.kind} size="large" />
        <span className="flex flex-wrap items-center gap-2">
          <span className="text-lg font-semibold">{name}</span>
          {label !== undefined && <Tag>{label}</Tag>}
          {recommended !== undefined && <Tag isStrong>recommended</Tag>}
        </span>
      </span>
      <span>{help}</span>
      {recommended !== undefined && (
        <span className="flex gap-2 rounded-md bg-accent-soft p-2 text-sm">
          <Icon name="info" className="mt-0.5 text-accent" />
          {recommended}
        </span>
      )}
      <span className="mt-auto flex flex-wrap gap-x-4 text-sm text-muted">
        <span>{mode === 'web' ? 'No history here' : 'History, retries, replay'}</span>
        <span>{sourceKinds.length === 1 ? 'JavaScript sources only' : 'All sources'}</span>
      </span>
    </Link>
  )
}

type SourceKindProps = { readonly kind: SourceKind; readonly name: string }

export function SourceKindCard({ kind, name }: SourceKindProps): ReactElement {
  return (
    <Link
      to="/sources/new"
      search={{ kind }}
      className="panel flex items-center gap-3 p-3 hover:border-accent focus-visible:border-accent"
    >
      <SourceTile kind={kind} />
      <span className="font-semibold">{name}</span>
    </Link>
  )
}
