import { Link, type LinkProps } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { classNames } from '../ui/class-names.ts'
import { Icon } from '../ui/Icon.tsx'
import type { ConnectionsView } from './connection-view.ts'
import { SampleEvents } from './SampleEvents.tsx'

/** What is to be done before anything can flow. */
export function FirstSteps({ view }: { readonly view: ConnectionsView }): ReactElement {
  const hasSource = view.sources.length > 0
  const hasDestination = view.destinations.length > 0
  return (
    <section aria-labelledby="first-steps" className="flex flex-col gap-4">
      <div>
        <h2 id="first-steps" className="text-lg font-semibold">
          {hasSource || hasDestination ? 'One more step' : 'Two steps to the first event in Heap'}
        </h2>
        <p className="text-muted">
          Sources send track, identify and page calls; Millrace keeps them and sends them on to destinations.
        </p>
      </div>
      <ol className="grid max-w-4xl gap-4 md:grid-cols-2">
        <Step
          number={1}
          isDone={hasSource}
          title="Add a source"
          text="A website, an app or a server that sends events with Segment's or Customer.io's library, or with plain HTTP."
          link={{ to: '/sources/new' }}
        />
        <Step
          number={2}
          isDone={hasDestination}
          title="Add Heap"
          text="Where events go. You see each request before anything is sent."
          link={{ to: '/destinations/new/$kind', params: { kind: 'heap' } }}
        />
      </ol>
      {!hasSource && <SampleEvents />}
    </section>
  )
}

type StepProps = {
  readonly number: number
  readonly isDone: boolean
  readonly title: string
  readonly text: string
  readonly link: LinkProps
}

function Step({ number, isDone, title, text, link }: StepProps): ReactElement {
  return (
    <li>
      <Link
        {...link}
        className="panel flex h-full items-start gap-4 p-5 hover:border-accent focus-visible:border-accent"
      >
        <span
          className={classNames(
            'flex size-8 shrink-0 items-center justify-center rounded-full font-semibold',
            isDone ? 'bg-good-soft text-good' : 'bg-accent text-on-accent',
          )}
        >
          {isDone ? <Icon name="check" label="Done" /> : number}
        </span>
        <span className="min-w-0 flex-1">
          <span className="block text-lg font-semibold">{title}</span>
          <span className="text-muted">{text}</span>
        </span>
        <Icon name="arrow-right" className="mt-1.5 text-muted" />
      </Link>
    </li>
  )
}
