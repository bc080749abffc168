import { type PointerEvent, type ReactElement, useState } from 'react'
import { brushed, niceCeiling } from './chart-scale.ts'
import { clockText, countText, exactText } from './format.ts'
import { useZone } from './zone.ts'

export type ChartPart = {
  readonly id: string
  readonly label: string
  readonly tone: 'good' | 'wait' | 'bad' | 'off' | 'accent' | 'hold'
}
export type ChartPoint = {
  readonly at_ms: number
  /** By the part's id; what is left out is 0. */
  readonly counts: Readonly<Record<string, number>>
}
type Props = {
  readonly label: string
  /** Stacked from the first, at the bottom. */
  readonly parts: readonly ChartPart[]
  readonly points: readonly ChartPoint[]
  readonly step_ms: number
  /** A stretch was chosen by dragging over it; `to_ms` is exclusive. */
  readonly onZoom?: (from_ms: number, to_ms: number) => void
  /** A bar was chosen. */
  readonly onPick?: (point: ChartPoint) => void
  readonly height_px?: number
}

const FILLS = {
  good: 'fill-good',
  wait: 'fill-wait',
  bad: 'fill-bad',
  off: 'fill-edge',
  accent: 'fill-accent',
  hold: 'fill-muted',
}
const DOTS = {
  good: 'bg-good',
  wait: 'bg-wait',
  bad: 'bg-bad',
  off: 'bg-edge',
  accent: 'bg-accent',
  hold: 'bg-muted',
}
/** The drawing is scaled to the width; this is how it is counted inside. */
const WIDTH = 1_000

/** What happened over time, stacked. Drag to zoom; the same as a table is behind the button, for keys and readers. */
export function TimeChart(props: Props): ReactElement {
  const { label, parts, points, height_px = 140 } = props
  const [isTable, setTable] = useState(false)
  return (
    <figure aria-label={label} className="flex flex-col gap-2">
      <figcaption className="flex flex-wrap items-center gap-x-4 gap-y-1 text-sm">
        <span className="font-medium">{label}</span>
        {parts.map(({ id, label: name, tone }) => (
          <span key={id} className="flex items-center gap-1.5 text-muted">
            <span aria-hidden="true" className={`size-2 rounded-sm ${DOTS[tone]}`} />
            {name} {countText(points.reduce((sum, { counts }) => sum + (counts[id] ?? 0), 0))}
          </span>
        ))}
        <button type="button" className="link ml-auto" onClick={() => setTable(!isTable)}>
          {isTable ? 'Show as chart' : 'Show as table'}
        </button>
      </figcaption>
      {isTable ? <PointTable {...props} /> : <Drawing {...props} height_px={height_px} />}
    </figure>
  )
}

function Drawing(props: Props): ReactElement {
  const { label, parts, points, height_px = 140 } = props
  const zone = useZone()
  const { hovered, brush, ...handlers } = useBrush(props)
  const totals = points.map(({ counts }) => parts.reduce((sum, { id }) => sum + (counts[id] ?? 0), 0))
  const highest = Math.max(0, ...totals)
  const top = niceCeiling(highest)
  const bar = WIDTH / Math.max(1, points.length)
  const edges = [points[0], points[Math.floor(points.length / 2)], points.at(-1)]
  return (
    <div className="relative">
      <div className="touch-pan-y border-b border-line" {...handlers}>
        <svg
          role="img"
          aria-label={`${label}: highest ${countText(highest)} in ${points.length} steps`}
          width="100%"
          height={height_px}
          viewBox={`0 0 ${WIDTH} ${height_px}`}
          preserveAspectRatio="none"
        >
          {points.map(({ at_ms, counts }, index) => (
            <Bar
              key={at_ms}
              left={index * bar}
              width={Math.max(1, bar - (bar > 6 ? 2 : 0))}
              height_px={height_px}
              top={top}
              parts={parts}
              counts={counts}
            />
          ))}
          {brush !== undefined && (
            <rect
              className="fill-accent opacity-20"
              x={Math.min(brush.from, brush.to) * WIDTH}
              width={Math.abs(brush.to - brush.from) * WIDTH}
              height={height_px}
            />
          )}
        </svg>
      </div>
      <span className="pointer-events-none absolute top-0 left-1 text-xs text-muted">{countText(top)}</span>
      <Hint parts={parts} points={points} at={hovered} />
      <div className="flex justify-between pt-1 text-xs text-muted">
        {edges.map((point, index) => (
          <span key={index}>{point !== undefined && clockText(point.at_ms, zone).slice(0, 5)}</span>
        ))}
      </div>
    </div>
  )
}

/** What lies under the pointer, and the stretch that is being dragged over, as shares of the width. */
function useBrush({ points, step_ms, onZoom, onPick }: Props) {
  const [hovered, setHovered] = useState<number>()
  const [brush, setBrush] = useState<{ readonly from: number; readonly to: number }>()
  function share({ clientX, currentTarget }: PointerEvent): number {
    const { left, width } = currentTarget.getBoundingClientRect()
    return Math.min(1, Math.max(0, (clientX - left) / width))
  }
  return {
    hovered,
    brush,
    onPointerDown(event: PointerEvent) {
      event.currentTarget.setPointerCapture(event.pointerId)
      setBrush({ from: share(event), to: share(event) })
    },
    onPointerMove(event: PointerEvent) {
      const at = share(event)
      setHovered(brushed(at, at, points.length)[0])
      if (brush !== undefined) setBrush({ ...brush, to: at })
    },
    onPointerUp() {
      if (brush === undefined) return
      const [first, last] = brushed(brush.from, brush.to, points.length)
      setBrush(undefined)
      const [from, to] = [points[first], points[last]]
      if (from === undefined || to === undefined) return
      if (first === last) onPick?.(from)
      else onZoom?.(from.at_ms, to.at_ms + step_ms)
    },
    onPointerCancel: () => setBrush(undefined),
    onPointerLeave: () => setHovered(undefined),
  }
}

type HintProps = Pick<Props, 'parts' | 'points'> & { readonly at: number | undefined }

function Hint({ parts, points, at = -1 }: HintProps): ReactElement | null {
  const zone = useZone()
  const point = points[at]
  if (point === undefined) return null
  return (
    <div
      className="pointer-events-none absolute top-2 z-10 rounded-md bg-surface px-2 py-1 text-xs shadow-pop"
      style={{
        left: `${(at / points.length) * 100}%`,
        transform: `translateX(${at > points.length / 2 ? '-105%' : '12px'})`,
      }}
    >
      <p className="text-muted">{exactText(point.at_ms, zone)}</p>
      {parts.map(({ id, label }) => (
        <p key={id}>
          {label} {(point.counts[id] ?? 0).toLocaleString('en-US')}
        </p>
      ))}
    </div>
  )
}

type BarProps = Pick<Props, 'parts'> & {
  readonly counts: ChartPoint['counts']
  readonly left: number
  readonly width: number
  readonly top: number
  readonly height_px: number
}

function Bar({ parts, counts, left, width, top, height_px }: BarProps): ReactElement {
  let below = height_px
  return (
    <>
      {parts.map(({ id, tone }) => {
        const height = ((counts[id] ?? 0) / top) * height_px
        below -= height
        return height === 0 ? null : (
          <rect key={id} x={left} y={below} width={width} height={height} className={FILLS[tone]} />
        )
      })}
    </>
  )
}

function PointTable({ label, parts, points, onPick }: Props): ReactElement {
  const zone = useZone()
  return (
    <section tabIndex={0} aria-label={label} className="max-h-72 overflow-auto rounded border border-line">
      <table className="w-full text-sm">
        <thead className="sticky top-0 bg-well text-left">
          <tr>
            {['Time', ...parts.map((part) => part.label)].map((name) => (
              <th key={name} scope="col" className="px-3 py-1 font-medium">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {points.map((point) => (
            <tr key={point.at_ms} className="border-t border-line">
              <th scope="row" className="px-3 py-1 text-left font-normal">
                {onPick === undefined ? (
                  exactText(point.at_ms, zone)
                ) : (
                  <button type="button" className="link" onClick={() => onPick(point)}>
                    {exactText(point.at_ms, zone)}
                  </button>
                )}
              </th>
              {parts.map(({ id }) => (
                <td key={id} className="px-3 py-1">
                  {(point.counts[id] ?? 0).toLocaleString('en-US')}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
