import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '../../core/errors.ts'

const NAME = /^[a-z0-9-]+$/
const HEADING = /^(#{1,4}) (.+)$/

type Document = { readonly name: string; readonly title: string }
/** The documents of this version, as Markdown. */
export type Documents = {
  readonly list: () => Promise<readonly Document[]>
  /** @throws {AppError} NOT_FOUND */
  readonly read: (name: string) => Promise<string>
}

/** The Markdown files of a folder: `errors` is `errors.md`. */
export function documentsIn(folder: string): Documents {
  const read = async (name: string): Promise<string> => {
    if (!NAME.test(name)) throw new AppError('NOT_FOUND', { document: name })
    return readFile(join(folder, `${name}.md`), 'utf8').catch((cause: Error) => {
      throw new AppError('NOT_FOUND', { document: name }, { cause })
    })
  }
  return {
    read,
    async list() {
      const names = (await readdir(folder)).flatMap((file) => /^([a-z0-9-]+)\.md$/.exec(file)?.[1] ?? [])
      return Promise.all(names.sort().map(async (name) => ({ name, title: titleOf(await read(name)) })))
    },
  }
}

/** Its first heading. */
export function titleOf(text: string): string {
  return headings(text)[0]?.title ?? ''
}

/** Each with its line, from 0, and its level, from 1. What begins with # within a block of code is none. */
export function headings(text: string) {
  let isCode = false
  return text.split('\n').flatMap((one, line) => {
    if (one.startsWith('```')) isCode = !isCode
    const [, marks = '', title = ''] = (isCode ? null : HEADING.exec(one)) ?? []
    return marks === '' ? [] : [{ title, line, level: marks.length }]
  })
}
