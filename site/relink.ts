import type { Place } from './places.ts'

/** The folder of the site's pictures; names of files are different anyway. */
export const PICTURES = 'pictures'

const FENCES = /(^```[\s\S]*?^```)/m
/** Code comes first, so that what looks like a link within it stays. A link's text may be a picture. */
const CODE_OR_LINK = /`+[^`]*`+|(!?)\[((?:!\[[^\]]*\]\([^)\s]*\)|[^[\]])*)\]\(([^)\s]+)\)/g
const PICTURE = /\.(?:png|svg)$/

export type Relinked = {
  readonly text: string
  /** Pictures that it shows, from the project's folder. */
  readonly pictures: readonly string[]
}

/**
 * A document as the site has it: links to other documents lead to their pages, and what leads to a file that is no
 * page says where the file is instead.
 */
export function relink(text: string, from: string, places: readonly Place[]): Relinked {
  const pages = new Map(places.map((place) => [place.from, place.to]))
  const pictures: string[] = []
  const depth = (pages.get(from) ?? '').split('/').length - 1

  function replaced(all: string, mark: string | undefined, label = '', target = ''): string {
    if (mark === undefined || /^(?:[a-z]+:|#)/.test(target)) return all
    const [file = '', anchor] = target.split('#')
    const path = resolved(from, file)
    if (mark === '!') {
      pictures.push(path)
      return `![${label}](./${'../'.repeat(depth)}${PICTURES}/${path.slice(path.lastIndexOf('/') + 1)})`
    }
    const shown = label.replaceAll(CODE_OR_LINK, replaced)
    const page = pages.get(path)
    if (page !== undefined) return `[${shown}](/${page}${anchor === undefined ? '' : `#${anchor}`})`
    return PICTURE.test(path) ? shown : named(shown, path)
  }

  const parts = text.split(FENCES)
  const made = parts.map((part, at) => (at % 2 === 1 ? part : part.replaceAll(CODE_OR_LINK, replaced)))
  return { text: made.join(''), pictures }
}

/** `core/errors.ts` for a text that is the path or a part of it, `the table (core/errors.ts)` for words. */
function named(label: string, path: string): string {
  return path.includes(label.replaceAll('`', '')) ? `\`${path}\`` : `${label} (\`${path}\`)`
}

/** A path from the project's folder, of one that is written beside `from`. */
function resolved(from: string, file: string): string {
  const parts = from.split('/').slice(0, -1)
  for (const part of file.split('/')) {
    if (part === '..') parts.pop()
    else if (part !== '.' && part !== '') parts.push(part)
  }
  return parts.join('/')
}
