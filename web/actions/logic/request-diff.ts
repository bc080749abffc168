import type { Explanation, ShownRequest } from '../../../core/explain.ts'
import { type DiffLine, diffJsonLines } from '../../ui/diff-lines.ts'

/** One request, or one call that the page makes, beside what it is under the saved action. */
export type SentPart = {
  /** `POST https://heapanalytics.com/api/track` or `heap.track`. */
  readonly title: string
  readonly kind: 'same' | 'changed' | 'new' | 'gone'
  readonly lines: readonly DiffLine[]
  /** What is sent, to be copied. */
  readonly text: string
  readonly headers: Readonly<Record<string, string>>
}

type Sent = Pick<SentPart, 'title' | 'text' | 'headers'>

/** What goes out under the draft, and what no longer does; what goes to the same place is compared. */
export function sentParts(was: Explanation | undefined, becomes: Explanation): readonly SentPart[] {
  const after = sentOf(becomes)
  // Without a saved action to compare with, nothing is a change.
  if (was === undefined) return after.map((sent) => part(sent, sent))
  const before = sentOf(was)
  const parts: SentPart[] = []
  for (const sent of after) {
    const index = before.findIndex(({ title }) => title === sent.title)
    const [old] = index < 0 ? [] : before.splice(index, 1)
    parts.push(part(old, sent))
  }
  return [...parts, ...before.map((old) => part(old, undefined))]
}

function sentOf({ requests, calls = [] }: Explanation): Sent[] {
  return [
    ...requests.map(requestSent),
    ...calls.map(({ name, given }) => ({
      title: `heap.${name}`,
      text: given.map((one) => JSON.stringify(one, null, 2)).join(',\n'),
      headers: {},
    })),
  ]
}

function requestSent({ method, url, headers, json }: ShownRequest): Sent {
  return {
    title: `${method} ${url}`,
    text: json === undefined ? '' : JSON.stringify(json, null, 2),
    headers,
  }
}

function part(before: Sent | undefined, after: Sent | undefined): SentPart {
  const shown = (after ?? before) as Sent
  const isSame = before?.text === after?.text && sameHeaders(before?.headers, after?.headers)
  const kind = before === undefined ? 'new' : after === undefined ? 'gone' : isSame ? 'same' : 'changed'
  return { ...shown, kind, lines: linesOf(kind, before?.text ?? '', after?.text ?? '') }
}

function linesOf(kind: SentPart['kind'], was: string, becomes: string): readonly DiffLine[] {
  switch (kind) {
    case 'new':
      return becomes.split('\n').map((line) => ({ kind: 'added', becomes: line }))
    case 'gone':
      return was.split('\n').map((line) => ({ kind: 'removed', was: line }))
    case 'same':
    case 'changed':
      return diffJsonLines(was, becomes)
  }
}

function sameHeaders(one: Sent['headers'] = {}, other: Sent['headers'] = {}): boolean {
  return JSON.stringify(one) === JSON.stringify(other)
}

/** One line below the other, as they are read: what goes stands above what comes. */
export type ShownLine = { readonly sign: ' ' | '-' | '+'; readonly text: string }

export function oneBelowTheOther(lines: readonly DiffLine[]): readonly ShownLine[] {
  const shown: ShownLine[] = []
  let added: ShownLine[] = []
  const flush = () => {
    shown.push(...added)
    added = []
  }
  for (const { kind, was, becomes } of lines) {
    if (kind === 'same') {
      flush()
      shown.push({ sign: ' ', text: becomes ?? '' })
      continue
    }
    if (was !== undefined) shown.push({ sign: '-', text: was })
    if (becomes !== undefined) added.push({ sign: '+', text: becomes })
  }
  flush()
  return shown
}
