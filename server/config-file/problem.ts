/** A place in the configuration: `['destinations', 0, 'settings', 'appId']`. */
export type Path = readonly (string | number)[]

/** Where a problem stands in the text; both count from 1, and a column is a UTF-16 code unit. */
export type TextPosition = { readonly line: number; readonly column: number }

/** Something that a person has to mend in the file. `problem` is what one would say of the thing at `at`. */
export type Problem = TextPosition & {
  /** Such as `destinations[0].settings.appId`; empty when it is about the file as a whole or its syntax. */
  readonly at: string
  readonly problem: string
}

/** `millrace.yaml:12:9 destinations[0].settings.appId: is missing`: terminals and editors make a link of its start. */
export function problemText({ line, column, at, problem }: Problem, file: string): string {
  const place = at === '' ? '' : ` ${at}:`
  return `${file}:${line}:${column}${place} ${problem}`
}

export function pathText(path: Path): string {
  return path.map(segmentText).join('').replace(/^\./, '')
}

function segmentText(segment: string | number): string {
  if (typeof segment === 'number') return `[${segment}]`
  return /^[\w@$-]+$/.test(segment) ? `.${segment}` : `[${JSON.stringify(segment)}]`
}
