/** https://keepachangelog.com/en/1.1.0/ has them in this order. */
const KINDS = ['Added', 'Changed', 'Deprecated', 'Removed', 'Fixed', 'Security'] as const
type Kind = (typeof KINDS)[number]

export type Change = { readonly name: string; readonly text: string }
/** By their kinds; an item may go over several lines. */
type Items = ReadonlyMap<Kind, readonly string[]>

const RELEASE = /^\d+\.\d+\.\d+$/
const LINE_LENGTH_MAX = 140

/** What is wrong with a change, in its file's words; empty when its form is right. */
export function changeProblems({ name, text }: Change): readonly string[] {
  if (!/^[a-z0-9]+(?:-[a-z0-9]+)*\.md$/.test(name)) return [`${name}: the name is not like docs-site.md`]
  const lines = text.trimEnd().split('\n')
  const kinds = new Set<string>(KINDS)
  const told = lines.flatMap((line, at) => {
    const previous = lines[at - 1] ?? ''
    const isKind = line.startsWith('### ')
    const isRight = isKind
      ? kinds.has(line.slice(4))
      : line === '' || line.startsWith('- ') || (line.startsWith('  ') && previous !== '')
    return [
      ...(isRight ? [] : [`${name}:${at + 1}: neither "### ${KINDS[0]}" (or its like), nor an item "- …"`]),
      ...(line.length > LINE_LENGTH_MAX ? [`${name}:${at + 1}: longer than ${LINE_LENGTH_MAX}`] : []),
    ]
  })
  const isBegun = lines[0]?.startsWith('### ') ?? false
  const hasItems = lines.some((line) => line.startsWith('- '))
  return [...told, ...(isBegun && hasItems ? [] : [`${name}: begins with no "### …", or has no item`])]
}

/** What all changes are together, with what `Unreleased` of the changelog has: the text of a section. */
export function section(changelog: string, changes: readonly Change[]): string {
  const parts = [itemsOf(unreleased(changelog).body), ...changes.map(({ text }) => itemsOf(text))]
  return KINDS.flatMap((kind) => {
    const items = parts.flatMap((part) => part.get(kind) ?? [])
    return items.length === 0 ? [] : [`### ${kind}\n\n${items.join('\n')}\n`]
  }).join('\n')
}

/**
 * The changelog after a release: what was unreleased, with all changes, stands under the version.
 *
 * @param day `2026-11-29`
 * @throws {Error} when the version is none, or is there already
 */
export function released(
  changelog: string,
  changes: readonly Change[],
  version: string,
  day: string,
): string {
  if (!RELEASE.test(version)) throw new Error(`${version} is no version like 0.2.0`)
  if (changelog.includes(`\n## ${version} `)) throw new Error(`${version} is there already`)
  const { before, after } = unreleased(changelog)
  const now = `## Unreleased\n\n## ${version} – ${day}\n\n${section(changelog, changes)}`
  return `${before}${now}${after === '' ? '' : `\n${after}`}`
}

function unreleased(changelog: string): { before: string; body: string; after: string } {
  const title = /^## Unreleased\n/m.exec(changelog)
  if (title === null) throw new Error('CHANGELOG.md has no "## Unreleased"')
  const start = title.index + title[0].length
  const next = /^## /m.exec(changelog.slice(start))
  const end = next === null ? changelog.length : start + next.index
  return {
    before: changelog.slice(0, title.index),
    body: changelog.slice(start, end),
    after: changelog.slice(end),
  }
}

function itemsOf(text: string): Items {
  const found = new Map<Kind, string[]>()
  for (const [, kind, body = ''] of text.matchAll(/^### (\w+)\n([\s\S]*?)(?=^### |(?![\s\S]))/gm)) {
    const items = body.split(/^(?=- )/m).filter((item) => item.startsWith('- '))
    const known = KINDS.find((one) => one === kind)
    if (known === undefined) throw new Error(`"### ${kind}" is none of ${KINDS.join(', ')}`)
    found.set(known, [...(found.get(known) ?? []), ...items.map((item) => item.trimEnd())])
  }
  return found
}
