import { Tooltip as Radix } from 'radix-ui'
import type { ReactElement, ReactNode } from 'react'
import { useOverlayPlace } from './overlay.ts'

type Props = {
  readonly text: ReactNode
  readonly side?: 'top' | 'bottom' | 'left' | 'right'
  /** One element that can have the focus, or wraps what explains itself without the tooltip. */
  readonly children: ReactElement
}

/** More about what is pointed at or has the focus. Never the only place where something is said. */
export function Tooltip({ text, side = 'bottom', children }: Props): ReactElement {
  const place = useOverlayPlace()
  return (
    <Radix.Root delayDuration={350}>
      <Radix.Trigger asChild>{children}</Radix.Trigger>
      <Radix.Portal container={place}>
        <Radix.Content
          side={side}
          sideOffset={6}
          collisionPadding={8}
          className="z-50 max-w-80 rounded-md bg-text px-2 py-1 text-xs text-page shadow-pop"
        >
          {text}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}

/** Once around the whole page. */
export function TooltipArea({ children }: { readonly children: ReactNode }): ReactElement {
  return <Radix.Provider skipDelayDuration={200}>{children}</Radix.Provider>
}
