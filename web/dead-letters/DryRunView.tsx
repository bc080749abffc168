import { type ReactElement, useState } from 'react'
import type { Json } from '../../core/event.ts'
import type { Answer } from '../api/api.ts'
import { readJson } from '../deliveries/JsonOrText.tsx'
import { sentence } from '../destinations/state-words.ts'
import { Button } from '../ui/Button.tsx'
import { Diff } from '../ui/Diff.tsx'
import { countText } from '../ui/format.ts'
import { Icon } from '../ui/Icon.tsx'
import { dryRunText } from './dry-run-text.ts'

export type DryRun = Answer<'POST /admin/v1/replays/dry-run'>
type Sample = DryRun['samples'][number]

/** How many would be taken now and how many not, why, and the old and the new request side by side. */
export function DryRunView({ run }: { readonly run: DryRun }): ReactElement {
  const [at, setAt] = useState(0)
  const sample = run.samples[at]
  return (
    <div className="flex flex-col gap-3">
      <p className="text-lg font-semibold" role="status">
        {dryRunText(run)}
      </p>
      {run.total > run.tried && (
        <p className="text-sm text-muted">
          The newest {countText(run.tried)} of {countText(run.total)} were tried.
        </p>
      )}
      {run.reasons.length > 0 && (
        <ul className="flex flex-col gap-1">
          {run.reasons.map(({ code, text, count }) => (
            <li key={`${code} ${text}`} className="flex gap-2">
              <Icon name="cross" className="mt-0.5 text-bad" />
              <span>
                {countText(count)}: {sentence(text)}
              </span>
            </li>
          ))}
        </ul>
      )}
      {sample !== undefined && (
        <>
          {run.samples.length > 1 && (
            <div className="flex items-center gap-2 text-sm">
              <Button size="small" disabled={at === 0} onClick={() => setAt(at - 1)}>
                Previous
              </Button>
              <span aria-live="polite">
                example {at + 1} of {run.samples.length}
              </span>
              <Button size="small" disabled={at === run.samples.length - 1} onClick={() => setAt(at + 1)}>
                Next
              </Button>
            </div>
          )}
          <SampleView sample={sample} />
        </>
      )}
    </div>
  )
}

function SampleView({ sample: { messageId, before, after } }: { readonly sample: Sample }): ReactElement {
  const requests = after.flatMap((one) => one.requests)
  const problems = after.flatMap((one) => [
    ...one.problems.map(({ field, problem }) => `${field} ${problem}`),
    ...(one.end?.status === 'rejected' ? [one.end.reason.text] : []),
  ])
  return (
    <div className="flex flex-col gap-2">
      <p className="text-sm text-muted">
        messageId <code>{messageId}</code>
        {before?.reason !== undefined && <>. Then: {sentence(before.reason.text)}</>}
      </p>
      {problems.map((problem) => (
        <p key={problem} className="text-bad">
          Still refused: {sentence(problem)}
        </p>
      ))}
      {problems.length === 0 && requests.length === 0 && (
        <p className="text-muted">No action wants this event any more, so nothing would be sent for it.</p>
      )}
      {requests.length > 0 && (
        <Diff
          label="The request then and now"
          was={asJson(before?.requestBody)}
          becomes={requests.length === 1 ? requests[0]?.json : requests.map(({ json }) => json ?? null)}
          wasTitle={before?.requestBody === undefined ? 'Then: no request could be made' : 'Then'}
          becomesTitle="Now"
        />
      )}
    </div>
  )
}

function asJson(text: string | undefined): Json | undefined {
  return text === undefined ? undefined : (readJson(text) ?? text)
}
