import type { ReactElement } from 'react'

type Props = {
  readonly values: readonly number[]
  /** What the line says, in words: "Events a minute in the last hour, 12 now". */
  readonly label: string
  readonly className?: string
}

const [WIDTH, HEIGHT] = [96, 20]

/** How something went, at a glance. */
export function Sparkline({ values, label, className = 'text-accent' }: Props): ReactElement {
  const highest = Math.max(1, ...values)
  const step = WIDTH / Math.max(1, values.length - 1)
  const points = values.map((value, index) => `${(index * step).toFixed(1)},${y(value, highest).toFixed(1)}`)
  return (
    <svg
      role="img"
      aria-label={label}
      width={WIDTH}
      height={HEIGHT}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      className={className}
    >
      <polyline
        points={points.join(' ')}
        fill="none"
        stroke="currentColor"
        strokeWidth={1.5}
        strokeLinejoin="round"
      />
    </svg>
  )
}

function y(value: number, highest: number): number {
  return HEIGHT - 1 - (value / highest) * (HEIGHT - 2)
}
