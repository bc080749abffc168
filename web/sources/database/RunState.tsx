import type { ReactElement } from 'react'
import type { RunState as State } from '../../../core/sql/run.ts'
import { classNames } from '../../ui/class-names.ts'
import { Icon, type IconName } from '../../ui/Icon.tsx'

const LOOKS: Readonly<Record<State | 'none', readonly [text: string, icon: IconName, look: string]>> = {
  none: ['not read yet', 'clock', 'bg-off-soft text-off'],
  running: ['running', 'flow', 'bg-good-soft text-good'],
  done: ['done', 'check', 'bg-good-soft text-good'],
  failed: ['failed', 'warning', 'bg-bad-soft text-bad'],
  stopped: ['stopped', 'minus', 'bg-off-soft text-off'],
  'cut off': ['cut off', 'retry', 'bg-wait-soft text-wait'],
}
type Props = {
  readonly run: { readonly state: State } | undefined
  readonly isRetried?: boolean
}

/** How a run ended, in a word, an icon and a colour. */
export function RunState({ run, isRetried = false }: Props): ReactElement {
  const [text, icon, look] = LOOKS[run?.state ?? 'none']
  return (
    <span
      className={classNames(
        'inline-flex items-center gap-1 rounded-full px-2 text-xs leading-5 font-medium whitespace-nowrap',
        look,
      )}
    >
      <Icon name={icon} size={12} />
      {isRetried && run?.state === 'failed' ? 'failed, tried again' : text}
    </span>
  )
}
