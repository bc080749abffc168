import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { queries } from '../api/queries.ts'
import { Checkbox } from '../ui/Checkbox.tsx'
import { ErrorState } from '../ui/ErrorState.tsx'
import { SOURCE_LOOKS } from '../ui/kind-look.ts'
import { Skeleton } from '../ui/Skeleton.tsx'
import { type Draft, writeDraft } from './draft.ts'
import type { Kind } from './KindCards.tsx'
import { StepButtons } from './StepButtons.tsx'

type Props = { readonly kind: Kind; readonly draft: Draft }

/** Which sources are to be connected; those that cannot be are named, with the reason. */
export function SourcesStep({ kind, draft }: Props): ReactElement {
  const { data, error, refetch } = useQuery(queries.sources())
  if (error !== null) return <ErrorState what="The sources" error={error} onRetry={() => void refetch()} />
  if (data === undefined) return <Skeleton />
  const usable = data.sources.filter((source) => kind.sourceKinds.includes(source.kind))
  const others = data.sources.filter((source) => !kind.sourceKinds.includes(source.kind))
  const toggle = (id: string, isChosen: boolean) => {
    const without = draft.sources.filter((one) => one !== id)
    writeDraft(kind.kind, { ...draft, sources: isChosen ? [...without, id] : without })
  }
  return (
    <>
      <p className="mb-4 text-muted">
        Whose events go to {kind.name}. Optional: sources can be connected later too.
      </p>
      {usable.length > 0 && (
        <fieldset className="panel flex flex-col gap-3 p-4">
          <legend className="sr-only">Sources to connect</legend>
          {usable.map(({ id, name, kind: sourceKind }) => (
            <Checkbox
              key={id}
              isChecked={draft.sources.includes(id)}
              onChange={(isChosen) => toggle(id, isChosen)}
              label={
                <>
                  {name} <span className="text-sm text-muted">{SOURCE_LOOKS[sourceKind].name}</span>
                </>
              }
            />
          ))}
        </fieldset>
      )}
      {usable.length === 0 && <NoSource kind={kind} />}
      {others.length > 0 && (
        <section aria-labelledby="unusable" className="mt-4 text-sm">
          <h3 id="unusable" className="font-medium">
            Not offered
          </h3>
          <p className="text-muted">
            {kind.name} {kind.label} sends from the page itself, so only JavaScript sources can be connected:
          </p>
          <ul className="mt-1 text-muted">
            {others.map(({ id, name, kind: sourceKind }) => (
              <li key={id}>
                {name} ({SOURCE_LOOKS[sourceKind].name})
              </li>
            ))}
          </ul>
        </section>
      )}
      <StepButtons
        kind={kind.kind}
        step="sources"
        next={draft.sources.length === 0 ? 'Go on without a source' : 'Go on to settings'}
      />
    </>
  )
}

function NoSource({ kind }: { readonly kind: Kind }): ReactElement {
  const isForPages = kind.sourceKinds.length === 1
  return (
    <p className="panel p-4">
      There is no {isForPages && 'JavaScript '}source yet.{' '}
      <Link to="/sources/new" search={isForPages ? { kind: 'javascript' } : {}} className="link">
        Add one
      </Link>
      , or go on and connect one later.
    </p>
  )
}
