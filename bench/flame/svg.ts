/** As V8 writes it (`--cpu-prof`), as far as it is read here. */
export type CpuProfile = {
  readonly nodes: readonly {
    readonly id: number
    readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number }
    readonly children?: readonly number[]
  }[]
  readonly samples: readonly number[]
  readonly timeDeltas: readonly number[]
}
/** What a thread did: how long, and in which functions. */
type Frame = {
  readonly name: string
  readonly own_us: number
  readonly all_us: number
  readonly inner: readonly Frame[]
}

const WIDTH_px = 1_200
const ROW_px = 16
const FONT_px = 11
const CHAR_px = 6.3
/** What is narrower is left out: it could not be seen. */
const NARROW_px = 1.5
/** Waiting is no work. */
const IDLE = new Set(['(idle)', '(root)'])

/**
 * One flame graph a thread, below each other: a row calls the one above it, as wide as the time that the processor spent in it and in what
 * it called. Nothing but shapes, texts and titles.
 */
export function flameSvg(
  title: string,
  threads: readonly { readonly name: string; readonly profile: CpuProfile }[],
): string {
  const graphs = threads.map(({ name, profile }) => ({ name, root: treeOf(profile) }))
  const parts: string[] = [text(8, ROW_px, title)]
  let top = 2 * ROW_px
  for (const { name, root } of graphs) {
    const depth = depthOf(root, (root.all_us * NARROW_px) / WIDTH_px)
    parts.push(text(8, top + ROW_px, `${name}: ${(root.all_us / 1_000_000).toFixed(1)} s of work`))
    const bottom = top + 2 * ROW_px + depth * ROW_px
    parts.push(
      ...rows(root, { x: 0, y: bottom - ROW_px, scale: WIDTH_px / root.all_us, total_us: root.all_us }),
    )
    top = bottom + ROW_px
  }
  const style = `text{font:${FONT_px}px monospace;fill:#222}rect{stroke:#fff;stroke-width:.5}`
  const size = `width="${WIDTH_px}" height="${top}" viewBox="0 0 ${WIDTH_px} ${top}"`
  return `<svg xmlns="http://www.w3.org/2000/svg" ${size}><style>${style}</style><rect width="100%" height="100%" fill="#fff"/>${parts.join('\n')}</svg>\n`
}

/** Calls of one function from one place are one frame. Without the time in which nothing was done. */
export function treeOf({ nodes, samples, timeDeltas }: CpuProfile): Frame {
  const own = new Map<number, number>()
  for (const [at, id] of samples.entries()) own.set(id, (own.get(id) ?? 0) + (timeDeltas[at] ?? 0))
  const byId = new Map(nodes.map((node) => [node.id, node]))
  const called = new Set(nodes.flatMap(({ children = [] }) => children))
  const inner = merged(nodes.filter(({ id }) => !called.has(id)).map(({ id }) => id))
  return sum('all', 0, inner.length === 1 && inner[0]?.name === '(root)' ? inner[0].inner : inner)

  function merged(ids: readonly number[]): readonly Frame[] {
    const named = Map.groupBy(ids, (id) => nameOf(byId.get(id)?.callFrame))
    return [...named]
      .filter(([name]) => name !== '(idle)')
      .map(([name, same]) =>
        sum(
          name,
          IDLE.has(name) ? 0 : same.reduce((all, id) => all + (own.get(id) ?? 0), 0),
          merged(same.flatMap((id) => byId.get(id)?.children ?? [])),
        ),
      )
      .filter(({ all_us }) => all_us > 0)
      .sort((one, other) => other.all_us - one.all_us)
  }
}

function sum(name: string, own_us: number, inner: readonly Frame[]): Frame {
  return { name, own_us, all_us: inner.reduce((all, one) => all + one.all_us, own_us), inner }
}

function nameOf(frame: CpuProfile['nodes'][number]['callFrame'] | undefined): string {
  if (frame === undefined) return '?'
  const { functionName, url, lineNumber } = frame
  const file = url.split('/').slice(-2).join('/')
  return `${functionName === '' ? 'anonymous' : functionName}${file === '' ? '' : ` ${file}:${lineNumber + 1}`}`
}

function depthOf(frame: Frame, narrow_us: number): number {
  return (
    1 +
    Math.max(
      0,
      ...frame.inner.filter(({ all_us }) => all_us >= narrow_us).map((one) => depthOf(one, narrow_us)),
    )
  )
}

type Place = { readonly x: number; readonly y: number; readonly scale: number; readonly total_us: number }

function rows(frame: Frame, { x, y, scale, total_us }: Place): readonly string[] {
  const width = frame.all_us * scale
  if (width < NARROW_px) return []
  const share = `${((100 * frame.all_us) / total_us).toFixed(1)} %`
  const shown = frame.name.slice(0, Math.floor(width / CHAR_px) - 1)
  const box = `<rect x="${x.toFixed(1)}" y="${y}" width="${width.toFixed(1)}" height="${ROW_px}" fill="${colourOf(frame.name)}"/>`
  const label = shown.length < 3 ? '' : text(x + 2, y + ROW_px - 4, shown)
  let at = x
  const inner = frame.inner.flatMap((one) => {
    const drawn = rows(one, { x: at, y: y - ROW_px, scale, total_us })
    at += one.all_us * scale
    return drawn
  })
  return [`<g><title>${escaped(`${frame.name}: ${share}`)}</title>${box}${label}</g>`, ...inner]
}

/** The same for the same function, in warm colours; what V8 and Node do is grey and blue. */
function colourOf(name: string): string {
  if (name.startsWith('(')) return '#c8c8c8'
  let hash = 7
  for (const char of name) hash = (hash * 31 + (char.codePointAt(0) ?? 0)) % 997
  return name.includes('node:')
    ? `hsl(210 45% ${70 + (hash % 15)}%)`
    : `hsl(${10 + (hash % 45)} 80% ${62 + (hash % 14)}%)`
}

function text(x: number, y: number, content: string): string {
  return `<text x="${x.toFixed(1)}" y="${y}">${escaped(content)}</text>`
}

function escaped(content: string): string {
  return content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
