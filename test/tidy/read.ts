/** The specifiers of static and dynamic imports and of re-exports, over several lines too. */
export function importsOf(text: string): readonly string[] {
  const pattern = /\b(?:import|export)\b[^'"`;]*?\bfrom\s*'([^']+)'|(?<!['-])\bimport\s*\(?\s*'([^']+)'/g
  return [...text.matchAll(pattern)].map((match) => match[1] ?? match[2] ?? '')
}

/** Code without what stands in comments, texts and regular expressions with a banned word in them. */
export function withoutCommentsAndTexts(text: string): string {
  return text
    .replaceAll(/\/\*[\s\S]*?\*\//g, '')
    .replaceAll(/'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`/g, "''")
    .replaceAll(/\/\/.*$/gm, '')
    .replaceAll(/\/(?:[^/\\\n]|\\.)+\/[gimuy]*(?=[,.;)\s])/g, '/ /')
}

/** Functions that begin at the start of a line, and how many lines they take up to the brace that ends them. */
export function functionsOf(text: string): readonly { readonly name: string; readonly lines: number }[] {
  const lines = text.split('\n')
  return lines.flatMap((line, start) => {
    const name = /^(?:export )?(?:async )?function\*? (\w+)|^(?:export )?const (\w+) = (?:async )?\(/.exec(
      line,
    )
    if (name === null) return []
    const end = lines.findIndex(
      (later, index) =>
        index > start && /^[})]/.test(later) && !/^\) ?[:=]/.test(later) && !/^\}\)?:/.test(later),
    )
    return [{ name: name[1] ?? name[2] ?? '', lines: (end === -1 ? lines.length : end) - start + 1 }]
  })
}

/** The texts of a document's headings. */
export function headingsOf(text: string): readonly string[] {
  return [...withoutFences(text).matchAll(/^#{1,6} (.+)$/gm)].map((match) =>
    (match[1] ?? '').replaceAll('`', '').trim(),
  )
}

/** Where a document's links lead. */
export function linksOf(text: string): readonly string[] {
  return [...withoutFences(text).matchAll(/\]\(([^)\s]+)\)/g)].map((match) => match[1] ?? '')
}

function withoutFences(text: string): string {
  return text.replaceAll(/^```[\s\S]*?^```/gm, '')
}
