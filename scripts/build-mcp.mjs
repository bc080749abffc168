// The library of the protocol that agents speak, as one file in the place of dist/server/mcp/sdk.js: of its packages, 17 MB, half
// a megabyte is used.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const FILE = `${ROOT}dist/server/mcp/sdk.js`
const PACKAGE = /^node_modules\/((?:@[^/]+\/)?[^/]+)\//

// What tsc made must be there: else the place has moved, and an installation would look for packages that it has not.
if (!existsSync(FILE)) throw new Error(`${FILE} is not there`)
const { outputFiles, metafile } = await build({
  absWorkingDir: ROOT,
  metafile: true,
  entryPoints: [`${ROOT}server/mcp/sdk.ts`],
  bundle: true,
  minify: true,
  write: false,
  platform: 'node',
  format: 'esm',
  target: 'node22',
  legalComments: 'none',
})
writeFileSync(FILE, packagesIn(metafile).map(notice).join('') + outputFiles[0].text)

/** Whose parts are in it, for their licences ask to be told. */
function packagesIn({ outputs }) {
  const used = Object.values(outputs).flatMap(({ inputs }) =>
    Object.entries(inputs).flatMap(([path, { bytesInOutput }]) => (bytesInOutput > 0 ? [path] : [])),
  )
  return [...new Set(used.map((path) => PACKAGE.exec(path)?.[1]))].filter(Boolean).sort()
}

function notice(name) {
  const folder = `${ROOT}node_modules/${name}`
  const { version } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'))
  const licence = readFileSync(`${folder}/LICENSE`, 'utf8').trim().replaceAll('*/', '* /')
  return `/*! With parts of ${name} ${version}\n\n${licence}\n*/\n`
}
