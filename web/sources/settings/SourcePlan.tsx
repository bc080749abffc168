import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { api } from '../../api/api.ts'
import { useMay } from '../../api/use-may.ts'
import { useSaved } from '../../api/use-saved.ts'
import { planQueries } from '../../tracking-plans/plan-queries.ts'
import { Field } from '../../ui/Field.tsx'
import { Select } from '../../ui/Select.tsx'
import { Part } from './Part.tsx'
import type { Source } from './RenameSource.tsx'

type Plan = NonNullable<Source['plan']>
const CHOICES = [
  {
    name: 'unplannedEvents',
    label: 'Events that are not in the plan',
    values: ['allow', 'block'],
  },
  { name: 'violations', label: 'Events that are not as the plan says', values: ['allow', 'block'] },
  { name: 'unplannedProperties', label: 'Properties that are not in the plan', values: ['keep', 'omit'] },
] as const
const WORDS = {
  allow: 'Take them, and count',
  block: 'Refuse them',
  keep: 'Keep them, and count',
  omit: 'Leave them out',
} as const

/** The tracking plan that the source's events are held to, and how. */
export function SourcePlan({ source }: { readonly source: Source }): ReactElement {
  const { id, plan, revision } = source
  const plans = useQuery(planQueries.plans()).data?.plans ?? []
  const { may, why } = useMay('edit')
  const save = useSaved(
    (next: Plan | null) =>
      api('PATCH /admin/v1/sources/:id', { params: { id }, body: { plan: next, revision } }),
    {
      said: (next) =>
        next === null
          ? 'The source holds to no tracking plan, from the next event on.'
          : 'How the source holds to the tracking plan is saved. It counts from the next event on.',
    },
  )
  return (
    <Part title="Tracking plan">
      <p className="mb-3 text-muted">
        What events should be like. What is not so is counted, and shown under{' '}
        <Link to="/sources/$sourceId/schema" params={{ sourceId: id }} className="link">
          Schema
        </Link>
        ; what is refused is kept with its reason, and the client is told 200.
      </p>
      <fieldset disabled={!may || save.isPending} className="flex flex-col gap-3">
        <legend className="sr-only">The plan, and how the source holds to it</legend>
        <Field label="Plan">
          {(ids) => (
            <Select
              {...ids}
              value={plan?.id ?? ''}
              choices={[
                { value: '', label: 'None' },
                ...plans.map((one) => ({ value: one.id, label: one.name })),
              ]}
              onChoice={(value) => save.mutate(value === '' ? null : { ...plan, id: value })}
            />
          )}
        </Field>
        {plan !== undefined &&
          CHOICES.map(({ name, label, values }) => (
            <Field key={name} label={label}>
              {(ids) => (
                <Select
                  {...ids}
                  value={plan[name] ?? values[0]}
                  choices={values.map((value) => ({ value, label: WORDS[value] }))}
                  onChoice={(value) => save.mutate({ ...plan, [name]: value } as Plan)}
                />
              )}
            </Field>
          ))}
      </fieldset>
      {why !== undefined && <p className="mt-2 text-sm text-muted">{why}</p>}
      {plans.length === 0 && (
        <p className="mt-2 text-sm text-muted">
          There is no plan yet.{' '}
          <Link to="/tracking-plans" className="link">
            Make one
          </Link>
        </p>
      )}
    </Part>
  )
}
