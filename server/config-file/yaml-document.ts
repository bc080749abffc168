import { type Document, LineCounter, parseDocument } from 'yaml'
import { type Path, type Problem, pathText, type TextPosition } from './problem.ts'
import { offsetOf, sourceOf } from './yaml-position.ts'
import { syntaxProblems } from './yaml-syntax.ts'
import { ALIAS_COUNT_MAX, DEPTH_MAX, type FoundScalar, walkDocument } from './yaml-walk.ts'

/** More than a thousand destinations need; a file that is larger is not a configuration. */
export const FILE_BYTES_MAX = 1_000_000

/** A file that could be read as YAML: its plain value, and where each part of it stands. */
export type YamlDocument = {
  readonly value: unknown
  readonly scalars: readonly FoundScalar[]
  /** Of the value at `path`, or of the nearest thing around it that is in the file; `'key'` asks for its key. */
  positionOf(path: Path, part?: 'key'): TextPosition
  /** What the file says at `path`, letter by letter: `011` where the value is the number 11. */
  sourceOf(path: Path): string | undefined
}

/** With `ok: true` there may be problems too: those that do not stand in the way of reading on. */
export type ReadYaml =
  | { readonly ok: true; readonly yaml: YamlDocument; readonly problems: readonly Problem[] }
  | { readonly ok: false; readonly problems: readonly Problem[] }

/**
 * Reads YAML 1.2, in which `yes`, `no` and dates are texts whatever the file's `%YAML` line says, within limits on
 * size, depth and aliases.
 */
export function readYaml(text: string): ReadYaml {
  const bytes = Buffer.byteLength(text)
  if (bytes > FILE_BYTES_MAX) {
    return failed(`the file is too large: it has ${bytes} bytes, the limit is ${FILE_BYTES_MAX}`)
  }
  const lines = new LineCounter()
  const document = parse(text, lines)
  const positionAt = (offset: number): TextPosition => {
    const { line, col } = lines.linePos(offset)
    return { line, column: col }
  }
  const wrong = syntaxProblems(document).map(({ offset, problem }) => problemAt(positionAt(offset), problem))
  // Warnings are problems too, but one can read on; after an error one mistake looks like many.
  if (document.errors.length > 0) return { ok: false, problems: wrong }
  const walked = walkDocument(document)
  if (!walked.ok) return failed(walked.problem, positionAt(walked.offset))
  const plain = plainValue(document)
  if (!plain.ok) return failed(plain.problem)
  const repeated = walked.repeats.map(({ path, offset }) => ({
    ...problemAt(positionAt(offset), 'this key is here twice'),
    at: pathText(path),
  }))
  const yaml: YamlDocument = {
    value: plain.value,
    scalars: walked.scalars,
    positionOf: (path, part) => positionAt(offsetOf(document, path, part)),
    sourceOf: (path) => sourceOf(document, path),
  }
  return { ok: true, yaml, problems: [...wrong, ...repeated] }
}

function failed(problem: string, position: TextPosition = { line: 1, column: 1 }): ReadYaml {
  return { ok: false, problems: [problemAt(position, problem)] }
}

function problemAt(position: TextPosition, problem: string): Problem {
  return { ...position, at: '', problem }
}

function parse(text: string, lineCounter: LineCounter): Document {
  return parseDocument(text, {
    lineCounter,
    prettyErrors: false,
    stringKeys: true,
    // Its own check compares each key with each; `walkDocument` finds them too.
    uniqueKeys: false,
    schema: 'core',
    merge: false,
    resolveKnownTags: false,
    // 'silent' would also hide a second document.
    logLevel: 'error',
  })
}

function plainValue(
  document: Document,
): { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly problem: string } {
  try {
    const value: unknown = document.toJS({ maxAliasCount: ALIAS_COUNT_MAX })
    // Each alias may add its own depth to that of the place where it stands.
    if (!isDeeper(value, DEPTH_MAX)) return { ok: true, value }
    return { ok: false, problem: `the file is nested more than ${DEPTH_MAX} levels deep` }
  } catch (error) {
    if (!(error instanceof ReferenceError)) throw error
    return { ok: false, problem: `the aliases of the file stand for more than ${ALIAS_COUNT_MAX} values` }
  }
}

function isDeeper(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  return depth === 0 || Object.values(value).some((inner) => isDeeper(inner, depth - 1))
}
