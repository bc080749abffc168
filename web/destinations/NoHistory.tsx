import { Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { buttonClass } from '../ui/button-class.ts'
import { CodeBlock } from '../ui/CodeBlock.tsx'
import { Icon } from '../ui/Icon.tsx'
import { useDestination } from './destination.ts'

/** Where the history of a destination would be that sends from the page: why there is none, and what to use instead. */
export function NoHistory(): ReactElement {
  const { name, sources } = useDestination()
  const [first] = sources
  return (
    <div className="flex max-w-3xl flex-col gap-4">
      <section className="panel flex flex-col gap-3 p-5">
        <h2 className="flex items-center gap-2 text-lg font-semibold">
          <Icon name="info" className="text-accent" /> There is no history here
        </h2>
        <p>
          {name} works inside your pages: the visitor&rsquo;s browser sends each event straight to Heap. It
          does not pass through Millrace on its way there, so Millrace cannot count it, show the request, try
          it again or replay it.
        </p>
        <p>
          To see every event with its request and answer, to keep what fails and to send it again, use the
          Heap destination that goes through Millrace. It takes the same calls of the same sources.
        </p>
        <p>
          <Link
            to="/destinations/new/$kind"
            params={{ kind: 'heap' }}
            search={first === undefined ? {} : { step: 'sources', source: sources.join(',') }}
            className={buttonClass('primary')}
          >
            Add Heap with the same sources
          </Link>
        </p>
      </section>
      <section className="panel flex flex-col gap-3 p-5">
        <h2 className="text-lg font-semibold">See it in the page</h2>
        <p>
          Open a page that has the snippet, open the browser&rsquo;s console, and ask what this destination
          has done since the page was loaded:
        </p>
        <CodeBlock title="For the page's console" code="millraceHeapWeb.instances" />
        <p className="text-muted">
          It shows where Heap stands, how many calls were handed to it, left out, or lost because Heap is
          blocked, and the last problem. A new problem is also said in the console once, by itself.
          Heap&rsquo;s own Live view shows what arrived.
        </p>
        {sources.length > 0 && (
          <p className="text-muted">
            What your pages sent to Millrace for other destinations is under{' '}
            <Link to="/events" search={first === undefined ? {} : { source: first }} className="link">
              Events
            </Link>
            .
          </p>
        )}
      </section>
    </div>
  )
}
