import { Type } from '../../contract/type.ts'
import { AppError } from '../../core/errors.ts'
import { type Documents, headings, titleOf } from './documents.ts'
import { type Tool, tool } from './tool.ts'

/** Above this, a document is given by its sections; characters. */
const WHOLE_CHARS_MAX = 8_000

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

/** From its heading to the next of the same or a higher level. @throws {AppError} NOT_FOUND */
function sectionOf(text: string, section: string): string {
  const all = headings(text)
  const at = all.findIndex(({ title }) => title.toLowerCase() === section.toLowerCase())
  const found = all[at]
  if (found === undefined) throw new AppError('NOT_FOUND', { section })
  const end = all.find(({ level, line }) => line > found.line && level <= found.level)
  return text.split('\n').slice(found.line, end?.line).join('\n').trim()
}
