import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type ReactElement, useEffect, useRef, useState } from 'react'
import { type Answer, api } from '../api/api.ts'
import { Button } from '../ui/Button.tsx'
import { Count } from '../ui/Count.tsx'
import { errorText } from '../ui/ErrorState.tsx'
import { spanText } from '../ui/format.ts'
import { Icon } from '../ui/Icon.tsx'
import { Time } from '../ui/Time.tsx'
import { toast } from '../ui/toasts.ts'

type Replay = Answer<'GET /admin/v1/replays'>['replays'][number]

const RUNNING_EVERY_MS = 1_000
const CALM_EVERY_MS = 10_000
/** One that has ended is shown for as long as somebody may ask what became of it. */
const SHOWN_MS = 600_000
const SHOWN_MAX = 3

/** What is being sent again: how far it is, with stop and resume; and what came of the last ones. */
export function Replays({ destination }: { readonly destination: string }): ReactElement | null {
  const client = useQueryClient()
  const { data } = useQuery({
    queryKey: ['replays', destination],
    queryFn: ({ signal }) => api('GET /admin/v1/replays', { query: { destination }, signal }),
    refetchInterval: ({ state }) =>
      state.data?.replays.some((one) => one.state === 'running') === true ? RUNNING_EVERY_MS : CALM_EVERY_MS,
  })
  const [hidden, setHidden] = useState<ReadonlySet<number>>(new Set())
  const running = data?.replays.filter(({ state }) => state === 'running').length ?? 0
  const before = useRef(running)
  useEffect(() => {
    // What it has sent is a dead letter no more.
    if (running < before.current) void client.invalidateQueries()
    before.current = running
  }, [running, client])
  const shown = (data?.replays ?? []).filter((one) => isShown(one) && !hidden.has(one.id)).slice(0, SHOWN_MAX)
  if (shown.length === 0) return null
  return (
    <ul aria-label="Replays" className="flex flex-col gap-2">
      {shown.map((one) => (
        <ReplayRow key={one.id} replay={one} onHide={() => setHidden(new Set([...hidden, one.id]))} />
      ))}
    </ul>
  )
}

function isShown({ state, endedAt }: Replay): boolean {
  if (state === 'running' || state === 'stopped' || endedAt === undefined) return true
  return Date.now() - Date.parse(endedAt) < SHOWN_MS
}

const TITLES = {
  running: 'Sending again',
  stopped: 'Stopped',
  done: 'Sent again',
  failed: 'The replay failed',
}

type RowProps = { readonly replay: Replay; readonly onHide: () => void }

function ReplayRow({ replay, onHide }: RowProps): ReactElement {
  const { state, total, looked, sent, refused, skipped, startedAt, left_ms, reason } = replay
  const share = total === 0 ? 1 : Math.min(1, looked / total)
  return (
    <li className="panel flex flex-col gap-2 px-4 py-3">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <span className="font-semibold">{TITLES[state]}</span>
        <span className="text-sm text-muted">
          <Count of={looked} /> of <Count of={total} />: <Count of={sent} /> delivered
          {refused > 0 && (
            <span className="text-bad">
              , <Count of={refused} /> refused again
            </span>
          )}
          {skipped > 0 && (
            <>
              , <Count of={skipped} /> skipped
            </>
          )}
          {state === 'running' && left_ms !== undefined && <>, about {spanText(left_ms)} left</>}
          {state !== 'running' && (
            <>
              , begun <Time at={startedAt} />
            </>
          )}
        </span>
        <span className="ml-auto flex gap-2">
          <ReplayButtons replay={replay} />
          {state !== 'running' && (
            <Button size="small" look="quiet" onClick={onHide}>
              Hide
            </Button>
          )}
        </span>
      </div>
      {state !== 'done' && (
        <span
          role="progressbar"
          aria-label="Gone through"
          aria-valuemin={0}
          aria-valuemax={total}
          aria-valuenow={looked}
          className="h-1.5 overflow-hidden rounded-full bg-well"
        >
          <span className="block h-full rounded-full bg-accent" style={{ width: `${share * 100}%` }} />
        </span>
      )}
      {reason !== undefined && <p className="text-sm text-bad">{reason.text}</p>}
    </li>
  )
}

function ReplayButtons({ replay: { id, state } }: { readonly replay: Replay }): ReactElement | null {
  const client = useQueryClient()
  const params = { id: String(id) }
  const turn = useMutation({
    mutationFn: () =>
      state === 'running'
        ? api('POST /admin/v1/replays/:id/stop', { params })
        : api('POST /admin/v1/replays/:id/resume', { params, body: {} }),
    onError: (error) => toast(errorText(error), { tone: 'bad' }),
    onSettled: () => void client.invalidateQueries({ queryKey: ['replays'] }),
  })
  if (state === 'done') return null
  return (
    <Button needs="edit" size="small" isBusy={turn.isPending} onClick={() => turn.mutate()}>
      <Icon name={state === 'running' ? 'stop' : 'play'} /> {state === 'running' ? 'Stop' : 'Resume'}
    </Button>
  )
}
