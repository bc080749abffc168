// npm run build:web: the pages into web/dist/, each file under a name with a hash of its content, beside it the same
// compressed. Does nothing when they are as new as what they are made of; --force builds anyway.
import { createHash } from 'node:crypto'
import { existsSync, globSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const WEB = join(ROOT, 'web')
const DIST = join(WEB, 'dist')
const STAMP = join(DIST, '.made-of')
/** Below this, the headers of a compressed answer are as large as what they save. */
const COMPRESS_FROM_BYTES = 512

/** What the build and the server for development share. */
export async function webOptions() {
  const [{ default: react }, { default: tailwind }] = await Promise.all([
    import('@vitejs/plugin-react'),
    import('@tailwindcss/vite'),
  ])
  return { root: WEB, configFile: false, plugins: [react(), tailwind()] }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await write(process.argv.includes('--force'))

async function write(isForced) {
  const stamp = madeOf()
  if (!isForced && existsSync(STAMP) && readFileSync(STAMP, 'utf8') === stamp) return
  const { build } = await import('vite')
  // Put in place as a whole: a server may be sending what was there.
  const fresh = `${DIST}.new-${process.pid}`
  await build({
    ...(await webOptions()),
    logLevel: 'warn',
    build: {
      outDir: fresh,
      emptyOutDir: true,
      target: 'es2023',
      manifest: true,
      // The content security policy lets nothing inline run, and nothing come from a data: address but pictures.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      reportCompressedSize: false,
    },
  })
  for (const file of globSync('**/*.{js,css,html,svg}', { cwd: fresh })) compress(join(fresh, file))
  writeFileSync(join(fresh, '.made-of'), stamp)
  putInPlace(fresh)
}

/** Two scripts may have begun at the same moment: what the other one has put there is as good. */
function putInPlace(fresh) {
  rmSync(DIST, { recursive: true, force: true })
  try {
    renameSync(fresh, DIST)
  } catch (error) {
    if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error
    rmSync(fresh, { recursive: true, force: true })
  }
}

function compress(file) {
  const bytes = readFileSync(file)
  if (bytes.length < COMPRESS_FROM_BYTES) return
  writeFileSync(`${file}.gz`, gzipSync(bytes, { level: 9 }))
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: 11,
    [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
  }
  writeFileSync(`${file}.br`, brotliCompressSync(bytes, { params }))
}

/** A hash of all that the pages can be made of: their sources, and what the lock file names. */
function madeOf() {
  const files = [
    ...globSync('{web,core,destinations,contract}/**/*.{ts,tsx,css,html,js,svg}', { cwd: ROOT }).filter(
      (file) => !/\.test\.tsx?$|^web\/dist/.test(file),
    ),
    'package-lock.json',
    'scripts/build-web.mjs',
  ].sort()
  const texts = files.map((file) => `${file}\n${readFileSync(join(ROOT, file), 'utf8')}`)
  return createHash('sha256').update(texts.join('\n')).digest('hex')
}
