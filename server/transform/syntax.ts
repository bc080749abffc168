import { type Node, type Options, type Program, parse } from 'acorn'
import { TRANSFORM_CHARS_MAX, type TransformProblem } from '../../core/transform/transform.ts'

const OPTIONS: Options = { ecmaVersion: 2023, sourceType: 'module', allowAwaitOutsideFunction: false }

type Read =
  | { readonly ok: true; readonly body: string }
  | { readonly ok: false; readonly problem: TransformProblem }

/**
 * Reads the text of a transformation: a module that exports a function `transform`. Gives the body of a function that
 * returns it, with every line and column where it was, so that places in errors are true.
 */
export function readTransform(text: string): Read {
  if (text.length > TRANSFORM_CHARS_MAX) {
    return wrong(`has ${text.length} characters; ${TRANSFORM_CHARS_MAX} are the most`, text, 0)
  }
  let program: Program
  try {
    program = parse(text, OPTIONS)
  } catch (error) {
    const { message, pos } = error as { readonly message: string; readonly pos?: number }
    return wrong(message.replace(/ \(\d+:\d+\)$/, ''), text, pos ?? 0)
  }
  const exported = new Map<string, Node>()
  let body = text
  for (const statement of program.body) {
    switch (statement.type) {
      case 'ImportDeclaration':
      case 'ExportAllDeclaration':
        return wrong('cannot import: a transformation has only itself', text, statement.start)
      case 'ExportDefaultDeclaration':
        return wrong('exports a default; write "export function transform(event)"', text, statement.start)
      case 'ExportNamedDeclaration': {
        const { declaration, start } = statement
        if (declaration === null || declaration === undefined) {
          return wrong('exports a list; write "export function transform(event)"', text, start)
        }
        for (const name of namesOf(declaration)) exported.set(name, declaration)
        body = body.slice(0, start) + ' '.repeat(declaration.start - start) + body.slice(declaration.start)
      }
    }
  }
  const transform = exported.get('transform')
  if (transform === undefined) return wrong('exports no function "transform"', text, 0)
  if ('async' in transform && transform.async === true) {
    return wrong('must not be async: it has nothing to wait for', text, transform.start)
  }
  return { ok: true, body }
}

function namesOf(
  declaration: NonNullable<Extract<Program['body'][number], { declaration?: unknown }>['declaration']>,
): string[] {
  if (declaration.type === 'VariableDeclaration') {
    return declaration.declarations.flatMap(({ id }) => (id.type === 'Identifier' ? [id.name] : []))
  }
  return 'id' in declaration &&
    declaration.id !== null &&
    declaration.id !== undefined &&
    'name' in declaration.id
    ? [declaration.id.name]
    : []
}

function wrong(problem: string, text: string, at: number): Read {
  const before = text.slice(0, at)
  const line = before.split('\n').length
  return { ok: false, problem: { problem, line, column: at - before.lastIndexOf('\n') } }
}
