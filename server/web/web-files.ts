import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { chooseEncoding, hasAlready } from '../pages/encodings.ts'

export const INDEX = 'index.html'

/** Names that the builds give, and nothing that could lead out of the folder: no part begins with a dot. */
const NAME = /^(?:[\w@-][\w@.-]*\/)*[\w@-][\w@.-]*\.(?:html|js|css|svg|png)$/
const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
  png: 'image/png',
}
const ENDINGS = { br: '.br', gzip: '.gz' } as const

export type WebFile = {
  readonly bytes: Buffer
  readonly type: string
  readonly encoding: keyof typeof ENDINGS | undefined
  readonly etag: string
}

/**
 * The pages as they were built into a folder, read anew each time: a build puts another folder in its place while the
 * server runs.
 */
export function webFiles(folder: string) {
  return {
    /** Undefined where there is no such file, or none has been built. */
    async find(name: string, acceptEncoding: string | undefined): Promise<WebFile | undefined> {
      if (!NAME.test(name)) return undefined
      const type = TYPES[name.slice(name.lastIndexOf('.') + 1)] as string
      const wanted = chooseEncoding(acceptEncoding)
      const packed = wanted === undefined ? undefined : await readIf(join(folder, name + ENDINGS[wanted]))
      const bytes = packed ?? (await readIf(join(folder, name)))
      if (bytes === undefined) return undefined
      const encoding = packed === undefined ? undefined : wanted
      const hash = createHash('sha256').update(bytes).digest('base64url').slice(0, 22)
      return { bytes, type, encoding, etag: `"${hash}"` }
    },
    hasAlready,
  }
}
export type WebFiles = ReturnType<typeof webFiles>

async function readIf(file: string): Promise<Buffer | undefined> {
  try {
    return await readFile(file)
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined
    throw error
  }
}
