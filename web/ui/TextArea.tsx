import type { ReactElement, TextareaHTMLAttributes } from 'react'
import { classNames } from './class-names.ts'
import { INPUT_CLASS } from './TextInput.tsx'

type Props = Omit<TextareaHTMLAttributes<HTMLTextAreaElement>, 'onChange' | 'value'> & {
  readonly value: string
  readonly onText: (text: string) => void
  readonly isMono?: boolean
}

export function TextArea({ value, onText, isMono = false, className, ...rest }: Props): ReactElement {
  return (
    <textarea
      rows={4}
      spellCheck={false}
      {...rest}
      value={value}
      onChange={(event) => onText(event.target.value)}
      className={classNames(INPUT_CLASS, 'py-1.5', isMono && 'font-mono text-sm', className)}
    />
  )
}
