import { AppError } from '../../../core/errors.ts'
import type { Json, JsonObject } from '../../../core/event.ts'
import { readYaml } from '../../config-file/yaml-document.ts'
import type { Call, Flag } from './verb.ts'

/** How values of any shape are given. */
export const BODY_FLAGS: Readonly<Record<string, Flag>> = {
  set: {
    value: 'PATH=VALUE',
    help: 'A value at a place such as settings.appId=123, as text; PATH:=VALUE takes JSON (true, 5, null, [1])',
    many: true,
  },
  file: {
    value: 'FILE',
    help: 'YAML or JSON to begin with; - is the standard input, where secrets are not seen',
  },
}

/**
 * What --file and --set say together. A place below a part that `current` has changes that part alone: the rest of it is
 * sent as it is. @throws {AppError} OPTION_INVALID
 */
export async function bodyOf({ flag, all, deps }: Call, current: object = {}): Promise<JsonObject> {
  const file = flag('file')
  const body: Record<string, Json> = file === undefined ? {} : objectIn(await deps.readText(file), file)
  for (const text of all('set')) {
    const { keys, value } = readSet(text)
    const [top = ''] = keys
    if (keys.length > 1 && body[top] === undefined && Object.hasOwn(current, top))
      body[top] = structuredClone((current as JsonObject)[top] as Json)
    place(body, keys, value)
  }
  return body
}

function objectIn(text: string, file: string): Record<string, Json> {
  const read = readYaml(text)
  const [problem] = read.problems
  if (problem !== undefined) throw invalid(`${file}:${problem.line}:${problem.column}: ${problem.problem}`)
  const value = read.ok ? read.yaml.value : undefined
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as Record<string, Json>
  throw invalid(`${file} must hold an object`)
}

/** `settings.appId=123`: a dot that belongs to a name is written `\.`. */
function readSet(text: string): { readonly keys: readonly string[]; readonly value: Json } {
  const [, path = '', sign, given = ''] = /^([^=]*?)(:?=)([\s\S]*)$/.exec(text) ?? []
  const keys = path.split(/(?<!\\)\./).map((key) => key.replaceAll('\\.', '.'))
  if (sign === undefined || keys.includes('') || keys.includes('__proto__'))
    throw invalid(`--set ${text}: must be PATH=VALUE or PATH:=JSON`)
  if (sign === '=') return { keys, value: given }
  try {
    return { keys, value: JSON.parse(given) as Json }
  } catch {
    throw invalid(`--set ${text}: what follows := is no JSON; for a text, write PATH=VALUE`)
  }
}

function place(body: Record<string, Json>, keys: readonly string[], value: Json): void {
  let at = body
  for (const key of keys.slice(0, -1)) {
    const next = Object.hasOwn(at, key) ? at[key] : undefined
    const inner = typeof next === 'object' && next !== null ? (next as Record<string, Json>) : {}
    at[key] = inner
    at = inner
  }
  at[keys.at(-1) ?? ''] = value
}

/** Of a flag with a whole number. @throws {AppError} OPTION_INVALID */
export function numberOf({ flag }: Pick<Call, 'flag'>, name: string): number | undefined {
  const given = flag(name)
  if (given === undefined) return undefined
  if (/^\d{1,15}$/.test(given)) return Number(given)
  throw invalid(`--${name} must be a whole number`)
}

/** What is not undefined. */
export function given<T extends object>(values: T): { readonly [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as never
}

export function invalid(problem: string): AppError {
  return new AppError('OPTION_INVALID', { problem })
}
