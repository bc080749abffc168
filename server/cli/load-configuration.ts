import { readFile } from 'node:fs/promises'
import { basename, dirname, extname, join, relative } from 'node:path'
import type { Configuration, Instance } from '../../core/configuration.ts'
import type { Destination } from '../../core/destination.ts'
import { AppError } from '../../core/errors.ts'
import { checkInstance } from '../../core/instance.ts'
import { type ConfigLayer, type FileProblem, type MergedConfig, mergeConfigs } from '../config-file/merge.ts'
import { type Path, pathText, problemText } from '../config-file/problem.ts'
import { EMPTY_PROBLEM, readConfigText } from '../config-file/read.ts'
import type { LookUp } from '../config-file/references.ts'
import { readYaml } from '../config-file/yaml-document.ts'
import { type Environment, lookUpIn } from './references.ts'

/** Nobody keeps track of more. */
const FILES_MAX = 100

export type Loaded =
  | { readonly ok: true; readonly configuration: Configuration }
  | { readonly ok: false; readonly problems: readonly string[] }
export type ReadFiles =
  | { readonly ok: true; readonly merged: MergedConfig }
  | { readonly ok: false; readonly problems: readonly string[] }

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
): Promise<Loaded> {
  return loadConfigurations({ files: [file] }, catalogue, (merged) => lookUpBeside(merged, environment))
}

/** The same of several files, with those of an environment laid over them. @throws {AppError} CONFIG_UNREADABLE */
export async function loadConfigurations(
  given: GivenFiles,
  catalogue: ReadonlyMap<string, Destination>,
  lookUpOf: (merged: MergedConfig) => LookUp,
): Promise<Loaded> {
  const read = await readConfigFiles(given)
  if (!read.ok) return read
  const { merged } = read
  const check = (instance: Instance) => {
    const destination = catalogue.get(instance.kind)
    return destination === undefined ? [] : checkInstance(instance, destination)
  }
  const whole = readConfigText(merged, { catalogue, check, lookUp: lookUpOf(merged) })
  if (whole.ok && merged.problems.length === 0) return whole
  const found = whole.ok ? [] : whole.problems.map((problem) => placed(merged, problem))
  return { ok: false, problems: problemLines([...merged.problems, ...found]) }
}

export type GivenFiles = {
  readonly files: readonly string[]
  /** `production`: `millrace.production.yaml`, where it is there, is laid over `millrace.yaml`. */
  readonly env?: string | undefined
}

/** Reads files as YAML and puts them together, or tells what stands in the way of that. @throws {AppError} CONFIG_UNREADABLE */
export async function readConfigFiles({ files, env }: GivenFiles): Promise<ReadFiles> {
  if (files.length > FILES_MAX)
    throw new AppError('OPTION_INVALID', { problem: `there may be ${FILES_MAX} files at most` })
  const bases = await Promise.all(files.map((file) => readLayer(file)))
  const overlays = env === undefined ? [] : await readOverlays(files, env)
  const all = [...bases, ...overlays]
  const problems = all.flatMap((one) => ('problems' in one ? one.problems : []))
  const [layers, over] = [bases.flatMap(layersOf), overlays.flatMap(layersOf)]
  if (layers.length + over.length < all.length) return { ok: false, problems: problemLines(problems) }
  const [only] = layers
  if (layers.length === 1 && (only?.yaml.value === null || only?.yaml.value === undefined)) {
    const problem = { line: 1, column: 1, at: '', problem: EMPTY_PROBLEM, file: only?.name ?? '' }
    return { ok: false, problems: problemLines([problem]) }
  }
  const merged = mergeConfigs(layers, over)
  return { ok: true, merged: { ...merged, problems: [...problems, ...merged.problems] } }
}

/** Finds what is referred to: files beside the one that refers to them. */
export function lookUpBeside(merged: MergedConfig, environment: Environment): LookUp {
  return (reference, at) => lookUpIn(dirname(merged.positionOf(at).file), environment)(reference, at)
}

/** A problem of the whole, where it was written. */
export function placed(
  merged: MergedConfig,
  { at, problem, part }: { readonly at: Path; readonly problem: string; readonly part?: 'key' | undefined },
): FileProblem {
  return { ...merged.positionOf(at, part), at: pathText(at), problem }
}

/** One line each, file by file, in the order of their lines. */
export function problemLines(problems: readonly FileProblem[]): readonly string[] {
  const names = [...new Set(problems.map(({ file }) => file))]
  const inOrder = problems.toSorted(
    (a, b) => names.indexOf(a.file) - names.indexOf(b.file) || a.line - b.line || a.column - b.column,
  )
  return inOrder.map((problem) => problemText(problem, problem.file))
}

type ReadLayer = { readonly layer?: ConfigLayer; readonly problems: readonly FileProblem[] }

const layersOf = ({ layer }: ReadLayer) => (layer === undefined ? [] : [layer])

async function readLayer(file: string): Promise<ReadLayer> {
  const name = relative('', file)
  const text = await readFile(file, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw new AppError('CONFIG_UNREADABLE', { file: name, problem: cause.code ?? cause.message }, { cause })
  })
  const read = readYaml(text)
  const problems = read.problems.map((problem) => ({ ...problem, file: name }))
  return read.ok ? { layer: { name, yaml: read.yaml }, problems } : { problems }
}

/** @throws {AppError} CONFIG_UNREADABLE when none of the files has one: the name of the environment was misspelt. */
async function readOverlays(files: readonly string[], env: string): Promise<readonly ReadLayer[]> {
  if (!/^[A-Za-z0-9_-]{1,64}$/.test(env))
    throw new AppError('OPTION_INVALID', { option: '--env', problem: 'must be a name, such as production' })
  const names = files.map((file) => {
    const end = extname(file)
    return join(dirname(file), `${basename(file, end)}.${env}${end}`)
  })
  const found = await Promise.all(
    names.map((name) =>
      readLayer(name).catch((error: unknown) => {
        if (error instanceof AppError && error.details['problem'] === 'ENOENT') return undefined
        throw error
      }),
    ),
  )
  const overlays = found.filter((one) => one !== undefined)
  if (overlays.length > 0) return overlays
  throw new AppError('CONFIG_UNREADABLE', {
    file: names.map((name) => relative('', name)).join(', '),
    problem: 'ENOENT',
  })
}
