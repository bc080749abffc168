import { Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { Button } from '../ui/Button.tsx'
import { buttonClass } from '../ui/button-class.ts'
import { Icon } from '../ui/Icon.tsx'
import { useDestination } from './destination.ts'
import { stateWords } from './state-words.ts'
import { useSwitches } from './use-switches.ts'

const TONES = { wait: 'bg-wait-soft text-wait', bad: 'bg-bad-soft text-bad', off: 'bg-off-soft text-off' }

/** Says what a state other than flowing means for events, with what ends it. */
export function StateStrip(): ReactElement | null {
  const destination = useDestination()
  const { pause, enable } = useSwitches()
  const words = stateWords(destination)
  if (words === undefined) return null
  const { tone, text, way } = words
  return (
    <div
      role="status"
      className={`mb-4 flex flex-wrap items-center gap-x-3 gap-y-2 rounded-lg px-3 py-2 ${TONES[tone]}`}
    >
      <Icon name={tone === 'bad' ? 'warning' : 'info'} />
      <p className="min-w-64 flex-1 break-words">{text}</p>
      {way === 'resume' && (
        <Button needs="edit" size="small" onClick={() => pause(false)}>
          <Icon name="play" /> Resume
        </Button>
      )}
      {way === 'enable' && (
        <Button needs="edit" size="small" onClick={() => enable(true)}>
          Switch on
        </Button>
      )}
      {way === 'settings' && (
        <Link
          to="/destinations/$destinationId/settings"
          params={{ destinationId: destination.id }}
          className={buttonClass('normal', 'small')}
        >
          Open the settings
        </Link>
      )}
    </div>
  )
}
