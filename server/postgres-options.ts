import type { Readable } from './page-options.ts'

/** The options of PostgreSQL, for the table in `config.ts`. */
export const POSTGRES_OPTIONS = {
  postgres: {
    env: 'MILLRACE_POSTGRES',
    fallback: '',
    help: 'PostgreSQL for configuration, people and ledger, in place of files, such as postgres://user:password@host:5432/database?sslmode=verify-full; with ?schema= another schema than millrace',
    isSecret: true,
  },
  'postgres-file': {
    env: 'MILLRACE_POSTGRES_FILE',
    fallback: '',
    help: 'a file that holds that address, as secrets are mounted',
  },
  'postgres-connections': {
    env: 'MILLRACE_POSTGRES_CONNECTIONS',
    fallback: '12',
    help: 'the most connections to PostgreSQL of this process',
  },
} as const

/** `url` is a secret. Undefined: configuration and ledger are files of the data folder. */
export type PostgresConfig = { readonly url: string | undefined; readonly connections_max: number }

/** Configuration, people and hearing of changes take one each, the main thread and the lookups two; the rest is the readers'. */
export const POSTGRES_CONNECTIONS_MIN = 9

const readPostgresUrl: Readable<string> = {
  wants: 'an address such as postgres://user:password@host:5432/database',
  read: (text) =>
    /^postgres(ql)?:\/\/[^\s/]+\/[^\s/]+$/.test(text) && URL.canParse(text) ? text : undefined,
}

type Name = keyof typeof POSTGRES_OPTIONS
type Reader = {
  readonly text: (name: Name) => string
  readonly whole: (name: Name, from: number, to: number) => number
  readonly optional: <Value>(name: Name, readable: Readable<Value>) => Value | undefined
  readonly invalid: (name: Name, problem: string) => Error
}

/**
 * @param readFile Of a secret that was mounted as a file.
 * @throws {AppError} OPTION_INVALID
 */
export function readPostgres(
  { text, whole, optional, invalid }: Reader,
  readFile: (path: string) => string,
): PostgresConfig {
  const connections_max = whole('postgres-connections', POSTGRES_CONNECTIONS_MIN, 200)
  const url = optional('postgres', readPostgresUrl)
  const file = text('postgres-file')
  if (file === '') return { url, connections_max }
  if (url !== undefined) throw invalid('postgres-file', 'must not be given together with --postgres')
  const held = readPostgresUrl.read(readIt(file, readFile, invalid))
  if (held === undefined) throw invalid('postgres-file', `must be a file that holds ${readPostgresUrl.wants}`)
  return { url: held, connections_max }
}

function readIt(file: string, readFile: (path: string) => string, invalid: Reader['invalid']): string {
  try {
    return readFile(file).trim()
  } catch (error) {
    throw invalid('postgres-file', `must be a file that can be read: ${(error as { code?: string }).code}`)
  }
}
