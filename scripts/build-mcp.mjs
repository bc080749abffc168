// The library of the protocol that agents speak, as one file in the place of dist/server/mcp/sdk.js: of its packages, 17 MB, half
// a megabyte is used.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const FILE = `${ROOT}dist/server/mcp/sdk.js`
/** Whose parts are in it, for their licences ask to be told. */
const PACKAGES = [
  ...['@modelcontextprotocol/server', '@modelcontextprotocol/core', 'zod'],
  ...['ajv', 'ajv-formats', 'json-schema-traverse', 'fast-deep-equal', 'fast-uri'],
]

// What tsc made must be there: else the place has moved, and an installation would look for packages that it has not.
if (!existsSync(FILE)) throw new Error(`${FILE} is not there`)
const { outputFiles } = await build({
  entryPoints: [`${ROOT}server/mcp/sdk.ts`],
  bundle: true,
  minify: true,
  write: false,
  platform: 'node',
  format: 'esm',
  target: 'node22',
  legalComments: 'none',
})
writeFileSync(FILE, PACKAGES.map(notice).join('') + outputFiles[0].text)

function notice(name) {
  const folder = `${ROOT}node_modules/${name}`
  const { version } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'))
  const licence = readFileSync(`${folder}/LICENSE`, 'utf8').trim().replaceAll('*/', '* /')
  return `/*! With parts of ${name} ${version}\n\n${licence}\n*/\n`
}
