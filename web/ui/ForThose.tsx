import type { ReactElement, ReactNode } from 'react'
import { useMay } from '../api/use-may.ts'
import { Button, type ButtonProps } from './Button.tsx'

type Props = Pick<ButtonProps, 'look' | 'size'> & {
  readonly needs: 'edit' | 'manage'
  /** The link to where it is done. */
  readonly link: ReactElement
  /** Its words, for those who may not go there. */
  readonly children: ReactNode
}

/** A link that looks like a button; for whoever may not do what is there, a disabled button with the reason. */
export function ForThose({ needs, link, children, ...looks }: Props): ReactElement {
  return useMay(needs).may ? (
    link
  ) : (
    <Button needs={needs} {...looks}>
      {children}
    </Button>
  )
}
