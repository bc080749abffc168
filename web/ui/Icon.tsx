import type { ReactElement } from 'react'
import { classNames } from './class-names.ts'

/** Drawn on 16 by 16, with a line of 1.5. A name that ends in `-full` is filled. */
const PATHS = {
  check: 'm3 8.5 3.2 3.2L13 5',
  cross: 'm4 4 8 8m0-8-8 8',
  plus: 'M8 3v10M3 8h10',
  minus: 'M3 8h10',
  'chevron-right': 'm6 3.5 4.5 4.5L6 12.5',
  'chevron-left': 'M10 3.5 5.5 8l4.5 4.5',
  'chevron-down': 'M3.5 6 8 10.5 12.5 6',
  'arrow-right': 'M2.5 8h11m-4-4 4 4-4 4',
  'arrow-up': 'M8 13.5v-11m-4 4 4-4 4 4',
  'arrow-down': 'M8 2.5v11m-4-4 4 4 4-4',
  eye: 'M1.5 8S4 3.5 8 3.5 14.5 8 14.5 8 12 12.5 8 12.5 1.5 8 1.5 8Zm6.5 2a2 2 0 1 0 0-4 2 2 0 0 0 0 4Z',
  'eye-off': 'M1.5 8S4 3.5 8 3.5 14.5 8 14.5 8 12 12.5 8 12.5 1.5 8 1.5 8ZM3 13 13 3',
  search: 'M7 11.5a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9Zm3.3-1.2 3.2 3.2',
  copy: 'M5.5 5.5v-3h8v8h-3m-8-5h8v8h-8z',
  warning: 'M8 2.2 14.3 13H1.7L8 2.2ZM8 6.5v3m0 1.8v.2',
  info: 'M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12Zm0-6.5v3.7M8 5v.1',
  clock: 'M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12ZM8 4.7V8l2.3 1.6',
  pause: 'M5.5 3.5v9m5-9v9',
  play: 'M5 3.2v9.6L12.5 8 5 3.2Z',
  stop: 'M4 4h8v8H4z',
  more: 'M3 8h.1M8 8h.1M13 8h.1',
  menu: 'M2.5 4.5h11M2.5 8h11m-11 3.5h11',
  sun: 'M8 10.8a2.8 2.8 0 1 0 0-5.6 2.8 2.8 0 0 0 0 5.6ZM8 1.5v1.3m0 10.4v1.3M1.5 8h1.3m10.4 0h1.3M3.4 3.4l.9.9m7.4 7.4.9.9m0-9.2-.9.9m-7.4 7.4-.9.9',
  moon: 'M13.5 9.6A6 6 0 0 1 6.4 2.5a6 6 0 1 0 7.1 7.1Z',
  system: 'M2 3h12v8H2zM6 13.5h4M8 11v2.5',
  connections:
    'M3 5a1.5 1.5 0 1 0 0-3 1.5 1.5 0 0 0 0 3Zm0 9a1.5 1.5 0 1 0 0-3 1.5 1.5 0 0 0 0 3Zm10-4.5a1.5 1.5 0 1 0 0-3 1.5 1.5 0 0 0 0 3ZM4.5 3.7C8 4 8 7.6 11.4 8M4.5 12.3C8 12 8 8.4 11.4 8',
  sources: 'M2.5 3h5v10h-5zM7.5 8h6m-2.5-2.5L13.5 8 11 10.5',
  destinations: 'M8.5 3h5v10h-5zM2 8h6M5.5 5.5 8 8l-2.5 2.5',
  events: 'M2.5 4h2m2 0h7M2.5 8h2m2 0h7m-11 4h2m2 0h7',
  catalogue: 'M2.5 2.5h4.5v4.5H2.5zM9 2.5h4.5v4.5H9zM2.5 9h4.5v4.5H2.5zM9 9h4.5v4.5H9z',
  docs: 'M8 4.500C6.500 3 4.500 2.500 2 2.500v10c2.500 0 4.500.500 6 2 1.500-1.500 3.500-2 6-2v-10c-2.500 0-4.500.500-6 2Zm0 0v10',
  settings:
    'M2.5 4.5h6m3.5 0h1.5M2.5 11.5H4m3.5 0h6M10 6.2a1.7 1.7 0 1 0 0-3.4 1.7 1.7 0 0 0 0 3.4Zm-4.2 7a1.7 1.7 0 1 0 0-3.4 1.7 1.7 0 0 0 0 3.4Z',
  person: 'M8 8a2.8 2.8 0 1 0 0-5.6A2.8 2.8 0 0 0 8 8Zm-5.2 5.8c.5-2.6 2.6-4 5.2-4s4.700 1.400 5.200 4',
  link: 'M6.500 9.500 9.500 6.500M7 4.500l1.500-1.500a2.800 2.800 0 0 1 4 4L11 8.500M5 7.500 3.500 9a2.800 2.800 0 0 0 4 4L9 11.500',
  external: 'M6 3H3v10h10v-3M9 2.500h4.500V7m0-4.500L7.500 8.500',
  edit: 'm3 10-.5 3.500L6 13l7-7-3-3-7 7Z',
  trash: 'M2.500 4h11M6 4V2.500h4V4m-6 0 .7 9.500h6.600L12 4',
  duplicate: 'M5.500 5.500h8v8h-8zM3 10.500h-.5v-8h8V3',
  undo: 'M3 6.500h6.500a3.500 3.500 0 0 1 0 7H6M3 6.500l3-3m-3 3 3 3',
  retry: 'M13 8a5 5 0 1 1-1.500-3.600M13.500 2v3h-3',
  spinner: 'M8 2a6 6 0 1 1-6 6',
  globe: 'M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12ZM2 8h12M8 2c4 3.500 4 8.500 0 12-4-3.500-4-8.500 0-12Z',
  server: 'M2.500 2.500h11v4.500h-11zm0 6.500h11v4.500h-11zM5 4.800h.1M5 11.300h.1',
  phone: 'M4.500 1.500h7v13h-7zM7.300 12.300h1.400',
  code: 'M5.500 4.500 2 8l3.500 3.500m5-7L14 8l-3.500 3.500',
  terminal: 'm3 4.500 3.500 3.500L3 11.500m5.500 0H13',
  filter: 'M2 3h12L9.500 8.500v5l-3-1.500V8.500L2 3Z',
  hold: 'M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12ZM4 12l8-8',
  flow: 'M2 8h9.500M8 4.500 11.500 8 8 11.500M14 3.500v9',
} as const
export type IconName = keyof typeof PATHS

type Props = {
  readonly name: IconName
  readonly size?: number
  readonly className?: string | undefined
  /** Only where the icon stands alone; else the words beside it say it. */
  readonly label?: string
}

export function Icon({ name, size = 16, className, label }: Props): ReactElement {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      strokeWidth={1.5}
      strokeLinecap="round"
      strokeLinejoin="round"
      className={classNames('inline-block shrink-0', className)}
      {...(label === undefined ? { 'aria-hidden': true } : { role: 'img', 'aria-label': label })}
    >
      <path d={PATHS[name]} />
    </svg>
  )
}
