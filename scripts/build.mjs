// npm run build: JavaScript into dist/, the scripts for pages into plugin/dist/, the pages of the admin side into
// web/dist/ and the documents into site/dist/, for the published package. Node runs the TypeScript of a checkout as it is, but refuses to below
// node_modules.
import { execFileSync } from 'node:child_process'
import { chmodSync, rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
rmSync(`${root}dist`, { recursive: true, force: true })
for (const script of ['build-plugin', 'build-web']) {
  execFileSync(process.execPath, [`${root}scripts/${script}.mjs`, '--force'], { cwd: root, stdio: 'inherit' })
}
execFileSync(process.execPath, [`${root}scripts/build-docs.ts`, '--optional'], {
  cwd: root,
  stdio: 'inherit',
})
execFileSync('tsc', ['-p', 'tsconfig.build.json'], { cwd: root, stdio: 'inherit' })
execFileSync(process.execPath, [`${root}scripts/bundle-packages.mjs`], { cwd: root, stdio: 'inherit' })
for (const begun of ['begin', 'main']) chmodSync(`${root}dist/server/${begun}.js`, 0o755)
