import { classNames } from './class-names.ts'

export type ButtonLook = 'primary' | 'normal' | 'quiet' | 'danger'
export type ButtonSize = 'normal' | 'small'

const LOOKS: Readonly<Record<ButtonLook, string>> = {
  primary: 'bg-accent text-on-accent border-transparent hover:brightness-110',
  normal: 'bg-surface text-text border-edge hover:bg-hover',
  quiet: 'text-text border-transparent hover:bg-hover',
  danger: 'bg-surface text-bad border-bad hover:bg-bad-soft',
}

/** For a `Link` that looks like a button. */
export function buttonClass(look: ButtonLook = 'normal', size: ButtonSize = 'normal'): string {
  return classNames(
    'inline-flex max-w-full items-center justify-center gap-1.5 rounded-md border font-medium whitespace-nowrap select-none no-underline',
    'disabled:opacity-55 aria-disabled:opacity-55',
    size === 'small' ? 'h-7 px-2 text-sm' : 'h-8 px-3 text-base',
    LOOKS[look],
  )
}
