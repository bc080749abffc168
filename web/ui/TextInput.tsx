import type { InputHTMLAttributes, ReactElement } from 'react'
import { classNames } from './class-names.ts'

export const INPUT_CLASS =
  'w-full rounded-md border border-edge bg-surface px-2.5 text-base text-text disabled:opacity-55 aria-invalid:border-bad'

type Props = Omit<InputHTMLAttributes<HTMLInputElement>, 'onChange' | 'value'> & {
  readonly value: string
  readonly onText: (text: string) => void
  /** Ids, code and JSON paths. */
  readonly isMono?: boolean
}

export function TextInput({ value, onText, isMono = false, className, ...rest }: Props): ReactElement {
  return (
    <input
      type="text"
      autoComplete="off"
      autoCapitalize="off"
      spellCheck={false}
      {...rest}
      value={value}
      onChange={(event) => onText(event.target.value)}
      className={classNames(INPUT_CLASS, 'h-8', isMono && 'font-mono text-sm', className)}
    />
  )
}
