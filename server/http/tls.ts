import { readFileSync } from 'node:fs'
import { createSecureContext, type Server as TlsServer } from 'node:tls'
import { AppError } from '../../core/errors.ts'

export type TlsFiles = { readonly certFile: string; readonly keyFile: string }
export type TlsPair = { readonly cert: string; readonly key: string }

const LOOK_EVERY_MS = 30_000

/** @throws {AppError} TLS_UNREADABLE, also when the two do not belong together */
export function readTls({ certFile, keyFile }: TlsFiles): TlsPair {
  try {
    const pair = { cert: readFileSync(certFile, 'utf8'), key: readFileSync(keyFile, 'utf8') }
    createSecureContext(pair)
    return pair
  } catch (cause) {
    const problem = (cause as NodeJS.ErrnoException).code ?? 'unknown'
    throw new AppError('TLS_UNREADABLE', { certFile, keyFile, problem }, { cause })
  }
}

/**
 * Takes a new certificate when the files change, for new connections; the others go on. Files that do not fit together,
 * as while they are being replaced, change nothing. They are read and compared: what watches folders misses a change of
 * the links that Kubernetes and certbot make.
 */
export function followTls(
  servers: readonly Pick<TlsServer, 'setSecureContext'>[],
  files: TlsFiles,
  deps: {
    readonly current: TlsPair
    readonly onChange: () => void
    readonly onTrouble: (error: unknown) => void
    readonly every_ms?: number
  },
): { readonly look: () => void; readonly stop: () => void } {
  let { current } = deps
  let told = ''
  function look(): void {
    try {
      const next = readTls(files)
      told = ''
      if (next.cert === current.cert && next.key === current.key) return
      for (const server of servers) server.setSecureContext(next)
      current = next
      deps.onChange()
    } catch (error) {
      // Once for each trouble, and not every half minute.
      const trouble = error instanceof AppError ? error.explanation : String(error)
      if (trouble !== told) deps.onTrouble(error)
      told = trouble
    }
  }
  const timer = setInterval(look, deps.every_ms ?? LOOK_EVERY_MS).unref()
  return { look, stop: () => clearInterval(timer) }
}
