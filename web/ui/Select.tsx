import type { ReactElement, SelectHTMLAttributes } from 'react'
import { classNames } from './class-names.ts'
import { Icon } from './Icon.tsx'
import { INPUT_CLASS } from './TextInput.tsx'

export type Choice = { readonly value: string; readonly label: string; readonly isDisabled?: boolean }
type Props = Omit<SelectHTMLAttributes<HTMLSelectElement>, 'onChange' | 'value'> & {
  readonly value: string
  readonly choices: readonly Choice[]
  readonly onChoice: (value: string) => void
}

/** The system's own: it works with every keyboard, phone and reader. */
export function Select({ value, choices, onChoice, className, ...rest }: Props): ReactElement {
  return (
    <span className={classNames('relative inline-block', className)}>
      <select
        {...rest}
        value={value}
        onChange={(event) => onChoice(event.target.value)}
        className={classNames(INPUT_CLASS, 'h-8 appearance-none pr-8')}
      >
        {choices.map((choice) => (
          <option key={choice.value} value={choice.value} disabled={choice.isDisabled ?? false}>
            {choice.label}
          </option>
        ))}
      </select>
      <Icon name="chevron-down" className="pointer-events-none absolute top-2 right-2 text-muted" />
    </span>
  )
}
