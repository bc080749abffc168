import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Type } from 'typebox'
import { AppError } from '../../core/errors.ts'
import { type Tool, tool } from './tool.ts'

const NAME = /^[a-z0-9-]+$/
const HEADING = /^(#{1,4}) (.+)$/
/** Above this, a document is given by its sections; characters. */
const WHOLE_CHARS_MAX = 8_000

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

/** For clients that know tools alone, and for a section of what is long. */
export function docsTool(documents: Documents): Tool {
  return tool(
    {
      name: 'read_docs',
      title: 'The documents of Millrace',
      description:
        'Without a name: which documents there are. With one: its text, or its headings where it is long; with a heading too: that section. triggers and mappings have the languages, errors a section for each code.',
      routes: [],
      input: Type.Object(
        {
          name: Type.Optional(Type.String({ description: 'Such as triggers, mappings or errors' })),
          section: Type.Optional(
            Type.String({ description: 'A heading of it, such as HEAP_IDENTITY_MISSING' }),
          ),
        },
        { additionalProperties: false },
      ),
    },
    async (_client, { name, section }) => {
      if (name === undefined) return { documents: await documents.list() }
      const text = await documents.read(name)
      if (section !== undefined) return { name, section, text: sectionOf(text, section) }
      if (text.length <= WHOLE_CHARS_MAX) return { name, text }
      const sections = headings(text).map(({ title }) => title)
      return { name, title: titleOf(text), sections, next: 'Ask for a section.' }
    },
  )
}

function titleOf(text: string): string {
  return headings(text)[0]?.title ?? ''
}

/** From its heading to the next of the same or a higher level. @throws {AppError} NOT_FOUND */
function sectionOf(text: string, section: string): string {
  const all = headings(text)
  const at = all.findIndex(({ title }) => title.toLowerCase() === section.toLowerCase())
  const found = all[at]
  if (found === undefined) throw new AppError('NOT_FOUND', { section })
  const end = all.find(({ level, line }) => line > found.line && level <= found.level)
  return text.split('\n').slice(found.line, end?.line).join('\n').trim()
}

/** What begins with # within a block of code is none. */
function headings(text: string) {
  let isCode = false
  return text.split('\n').flatMap((one, line) => {
    if (one.startsWith('```')) isCode = !isCode
    const [, marks = '', title = ''] = (isCode ? null : HEADING.exec(one)) ?? []
    return marks === '' ? [] : [{ title, line, level: marks.length }]
  })
}
