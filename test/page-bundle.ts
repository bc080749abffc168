import { join } from 'node:path'
import { build } from 'esbuild'

const ROOT = join(import.meta.dirname, '..')

/** The exports of files of the project and all that they need, as a page gets them: a script that sets `globalName`. */
export async function bundle(
  exports: Readonly<Record<string, string>>,
  globalName?: string,
): Promise<string> {
  const contents = Object.entries(exports)
    .map(([name, file]) => `export { ${name} } from './${file}'`)
    .join('\n')
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: ROOT, loader: 'ts' },
    bundle: true,
    minify: true,
    write: false,
    platform: 'browser',
    target: 'es2022',
    ...(globalName === undefined ? { format: 'esm' } : { format: 'iife', globalName }),
  })
  return outputFiles[0]?.text ?? ''
}
