import { readFile } from 'node:fs/promises'
import { dirname, relative } from 'node:path'
import type { Configuration, Instance } from '../../core/configuration.ts'
import type { Destination } from '../../core/destination.ts'
import { AppError } from '../../core/errors.ts'
import { checkInstance } from '../../core/instance.ts'
import { type TransformChecks, transformProblem } from '../../core/transform/check.ts'
import { problemText } from '../config-file/problem.ts'
import { readConfigFile } from '../config-file/read.ts'
import { type Environment, lookUpIn } from './references.ts'

export type Loaded =
  | { readonly ok: true; readonly configuration: Configuration }
  | { readonly ok: false; readonly problems: readonly string[] }

/** Loads what finds mistakes in transformations; where it is left out, they are not looked at. */
export type TransformChecksOf = () => Promise<TransformChecks>

/**
 * Reads and checks a configuration file: everything that is wrong, one line each, with its place. Without an
 * environment no variable is set that it refers to.
 *
 * @throws {AppError} CONFIG_UNREADABLE
 */
export async function loadConfiguration(
  file: string,
  catalogue: ReadonlyMap<string, Destination>,
  environment: Environment = () => undefined,
  transformChecks?: TransformChecksOf,
): Promise<Loaded> {
  const shown = relative('', file)
  const text = await readFile(file, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw new AppError('CONFIG_UNREADABLE', { file: shown, problem: cause.code ?? cause.message }, { cause })
  })
  // The engine takes a moment to load: only for a file that may have something for it.
  const checks = text.includes('transform') ? await transformChecks?.() : undefined
  const check = (instance: Instance) => {
    const destination = catalogue.get(instance.kind)
    return destination === undefined ? [] : checkInstance(instance, destination, checks)
  }
  const lookUp = lookUpIn(dirname(file), environment)
  const read = readConfigFile(text, catalogue, check, lookUp, (code) => transformProblem(code, checks))
  if (read.ok) return read
  return { ok: false, problems: read.problems.map((problem) => problemText(problem, shown)) }
}
