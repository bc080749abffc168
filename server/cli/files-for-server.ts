import type { JsonObject } from '../../core/event.ts'
import type { MergedConfig } from '../config-file/merge.ts'
import { pathText } from '../config-file/problem.ts'
import { isObject } from '../config-file/reader.ts'
import { editReferences, plainText, readReference } from '../config-file/references.ts'
import { type GivenFiles, lookUpBeside, placed, problemLines, readConfigFiles } from './load-configuration.ts'
import type { Environment } from './references.ts'

export type FilesForServer =
  | {
      readonly ok: true
      readonly merged: MergedConfig
      /** With the secrets that are known here. */
      readonly configuration: JsonObject
      readonly notes: readonly string[]
    }
  | { readonly ok: false; readonly problems: readonly string[] }

/**
 * Files as a server takes them. Here, and not on the server, references are looked up: a variable that is not set here stays as it
 * is written, and the server keeps the secret that it has at this place, if it has one.
 *
 * @throws {AppError} CONFIG_UNREADABLE
 */
export async function filesForServer(given: GivenFiles, environment: Environment): Promise<FilesForServer> {
  const read = await readConfigFiles(given)
  if (!read.ok) return read
  const { merged } = read
  const problems = [...merged.problems]
  const notes: string[] = []
  const lookUp = lookUpBeside(merged, environment)
  const value = editReferences(merged.value, (text, at) => {
    const reference = readReference(text)
    if (reference === undefined) return text
    const found = lookUp(reference, at)
    if (found.ok) return plainText(found.text)
    if (reference.kind === 'env')
      notes.push(`${pathText(at)} stays as it is on the server: ${found.problem} here.`)
    else problems.push(placed(merged, { at, problem: found.problem }))
    return text
  })
  if (!isObject(value))
    problems.push(placed(merged, { at: [], problem: 'must be a set of "key: value" lines' }))
  if (problems.length > 0) return { ok: false, problems: problemLines(problems) }
  return { ok: true, merged, configuration: value as JsonObject, notes }
}
