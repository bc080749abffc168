// Packages of which much is read at each start and little used, as one file each in the place of the module that names what is used:
// typebox and kysely are a thousand files, and the library of the protocol that agents speak is 17 MB, of which half a megabyte is used.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const PLACES = ['contract/type', 'server/admin/compile', 'server/queries/kysely', 'server/mcp/sdk']
const PACKAGE = /^node_modules\/((?:@[^/]+\/)?[^/]+)\//

for (const place of PLACES) await bundle(`${ROOT}${place}.ts`, `${ROOT}dist/${place}.js`)

async function bundle(source, file) {
  // What tsc made must be there: else the place has moved, and an installation would look for packages that it has not.
  if (!existsSync(file)) throw new Error(`${file} is not there`)
  const { outputFiles, metafile } = await build({
    absWorkingDir: ROOT,
    metafile: true,
    entryPoints: [source],
    bundle: true,
    minify: true,
    write: false,
    platform: 'node',
    format: 'esm',
    target: 'node22',
    legalComments: 'none',
  })
  writeFileSync(file, packagesIn(metafile).map(notice).join('') + outputFiles[0].text)
}

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
  const found = readdirSync(folder).find((one) => /^licen[cs]e(\.(md|txt))?$/i.test(one))
  const licence = readFileSync(`${folder}/${found}`, 'utf8').trim().replaceAll('*/', '* /')
  return `/*! With parts of ${name} ${version}\n\n${licence}\n*/\n`
}
