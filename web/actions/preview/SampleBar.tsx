import { Link } from '@tanstack/react-router'
import { type ReactElement, useState } from 'react'
import type { SpecEvent } from '../../../core/event.ts'
import { Button } from '../../ui/Button.tsx'
import { countText } from '../../ui/format.ts'
import { Icon } from '../../ui/Icon.tsx'
import { IconButton } from '../../ui/IconButton.tsx'
import { Time } from '../../ui/Time.tsx'
import { nameOf, type Sample, type useSamples } from '../use-samples.ts'
import { ChooseSample } from './ChooseSample.tsx'

type Props = {
  readonly samples: ReturnType<typeof useSamples>
  /** The sample, as far as it is known. */
  readonly event: SpecEvent | undefined
  readonly onChoose: (address: string | undefined) => void
}

/** Which event is looked at: the one before, the next, one by its address, or a call of one's own. */
export function SampleBar({ samples, event, onChoose }: Props): ReactElement {
  const { sample, list, paste } = samples
  const [isChoosing, setChoosing] = useState(false)
  const address = sample === undefined || sample.kind === 'pasted' ? undefined : sample.address
  const at = list.findIndex((one) => one.address === address)
  const go = (index: number) => {
    paste(undefined)
    onChoose(list[index]?.address)
  }
  return (
    <div className="flex flex-wrap items-center gap-x-2 gap-y-1 border-b border-line px-4 py-2">
      <h2 id="sample" className="flex-1 text-lg font-semibold sm:flex-none">
        Sample
      </h2>
      <About sample={sample} event={event} />
      {list.length > 0 && (
        <span className="flex items-center text-sm">
          <IconButton
            icon="chevron-left"
            label="Previous sample"
            disabled={at === 0}
            onClick={() => go(at < 0 ? 0 : at - 1)}
          />
          <span className="px-1 whitespace-nowrap" aria-live="polite">
            {at < 0 ? `– of ${list.length}` : `${at + 1} of ${list.length}`}
          </span>
          <IconButton
            icon="chevron-right"
            label="Next sample"
            disabled={at === list.length - 1}
            onClick={() => go(at + 1)}
          />
        </span>
      )}
      <Button size="small" onClick={() => setChoosing(true)}>
        Choose…
      </Button>
      {!samples.isMatching && samples.matching !== undefined && list.length > 0 && (
        <p className="flex w-full gap-1.5 text-sm text-wait">
          <Icon name="info" className="mt-0.5" /> None of the last {countText(samples.matching.searched)}{' '}
          events matches: these are the newest of all.
        </p>
      )}
      <ChooseSample
        isOpen={isChoosing}
        onClose={() => setChoosing(false)}
        list={list}
        event={event}
        onAddress={(one) => {
          paste(undefined)
          onChoose(one)
        }}
        onPaste={paste}
      />
    </div>
  )
}

type AboutProps = { readonly sample: Sample | undefined; readonly event: SpecEvent | undefined }

function About({ sample, event }: AboutProps): ReactElement {
  const address = sample === undefined || sample.kind === 'pasted' ? undefined : sample.address
  return (
    <p className="order-last flex w-full min-w-0 flex-wrap items-baseline gap-x-1.5 text-sm sm:order-none sm:w-auto sm:flex-1">
      {event !== undefined && (
        <>
          <strong className="truncate">{nameOf(event) || event.type}</strong>
          <span className="truncate text-muted">{event.userId ?? event.anonymousId}</span>
        </>
      )}
      {sample?.kind === 'log' && (
        <span className="text-muted">
          <Time at={sample.receivedAt} />
        </span>
      )}
      {sample?.kind === 'pasted' && <span className="text-muted">pasted, not in the log</span>}
      {address !== undefined && (
        <Link
          to="/events/$address"
          params={{ address: address.replaceAll('/', '-') }}
          className="link"
          aria-label="The page of this event"
        >
          <Icon name="external" size={12} />
        </Link>
      )}
    </p>
  )
}
