import { createServer } from 'node:http'
import { build } from 'vite'
import { webOptions } from '../../../scripts/build-web.mjs'
import { closed, listening } from './front.ts'

const ENTRY = new URL('../../../web/ui/kit.fixtures.tsx', import.meta.url).pathname
/** As the server sends it with the real pages. */
const POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:"

/** The page with every component, built as the pages are, at an address of its own. */
export async function startKit() {
  const built = await build({
    ...(await webOptions()),
    logLevel: 'error',
    build: { write: false, minify: false, modulePreload: false, rolldownOptions: { input: ENTRY } },
  })
  const { output } = built as {
    readonly output: readonly { fileName: string; code?: string; source?: unknown }[]
  }
  const files = new Map(output.map(({ fileName, code, source }) => [`/${fileName}`, code ?? String(source)]))
  const named = (ending: string) => [...files.keys()].find((name) => name.endsWith(ending))
  const index = `<!doctype html><html lang="en"><title>Kit</title><link rel="stylesheet" href="${named('.css')}">
<div id="root"></div><script type="module" src="${named('.js')}"></script></html>`
  const server = createServer(({ url = '/' }, answer) => {
    const type = url.endsWith('.js') ? 'text/javascript' : url.endsWith('.css') ? 'text/css' : 'text/html'
    answer.setHeader('content-type', `${type}; charset=utf-8`).setHeader('content-security-policy', POLICY)
    answer.end(files.get(url) ?? index)
  })
  const url = await listening(server)
  return { url, close: () => closed(server) }
}
