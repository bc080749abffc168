/** A page whose scripts are all files, and which has no style of its own: what the content security policy lets through. */
export type Closed = {
  readonly html: string
  /** By the names that the page loads them under, below the base. */
  readonly scripts: ReadonlyMap<string, string>
}

/**
 * Moves scripts that stand in a page to files, and takes styles away that stand in it.
 *
 * @param base where the site is, with a slash at its end
 * @param nameOf of a script's id and text; the same for the same text
 */
export function closed(html: string, base: string, nameOf: (id: string, text: string) => string): Closed {
  const scripts = new Map<string, string>()
  const moved = html.replaceAll(
    /<script(?: id="([\w-]+)")?>([\s\S]*?)<\/script>/g,
    (_, id: string | undefined, text: string) => {
      const name = nameOf(id ?? 'inline', text)
      scripts.set(name, text)
      return `<script src="${base}${name}"></script>`
    },
  )
  return { html: moved.replaceAll(/(<[a-z][^<>]*?) style="[^"]*"/g, '$1'), scripts }
}

/** What a browser would not let run or apply under the policy, or would fetch from elsewhere. */
export function openPlaces(html: string): readonly string[] {
  const banned = [
    /<script(?![^>]* src=)[^>]*>/g,
    /<style[^>]*>/g,
    /<[a-z][^<>]* (?:style|on[a-z]+)="[^"]*"/g,
    /<(?:script|img|iframe|source)[^>]* src="(?:https?:)?\/\/[^"]*"/g,
    /<link(?![^>]* rel="canonical")[^>]* href="(?:https?:)?\/\/[^"]*"/g,
  ]
  return banned.flatMap((pattern) => [...html.matchAll(pattern)].map(([found]) => found))
}

/**
 * Links within the site that lead nowhere, `errors → #nothing`.
 *
 * @param pages their HTML by address without the base: `index`, `decisions/0001-package-layout`
 */
export function deadLinks(pages: ReadonlyMap<string, string>, base: string): readonly string[] {
  const ids = new Map([...pages].map(([name, html]) => [name, idsOf(html)]))
  return [...pages].flatMap(([name, html]) =>
    [...html.matchAll(/<a [^>]*href="([^"]+)"/g)]
      .map(([, href = '']) => href)
      .filter((href) => href.startsWith('#') || href.startsWith(base))
      .filter((href) => {
        const [path = '', anchor = ''] = href.startsWith('#')
          ? [name, href.slice(1)]
          : href.slice(base.length).split('#')
        const known = ids.get(path === '' ? 'index' : path)
        return known === undefined || (anchor !== '' && !known.has(decodeURIComponent(anchor)))
      })
      .map((href) => `${name} → ${href}`),
  )
}

function idsOf(html: string): ReadonlySet<string> {
  return new Set([...html.matchAll(/ id="([^"]+)"/g)].map(([, id = '']) => id))
}
