// Runs before every script of package.json, on whatever Node can run npm: installs what the lock file asks for, if that
// has not been done yet, makes sure that the Node that the project pins is there, and builds the scripts for pages and the
// pages of the admin side. Says nothing when all is well.
import { execFileSync, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const STAMP = join(ROOT, 'node_modules', '.millrace-lock-hash')
const PINNED_NODE = join(ROOT, 'node_modules', '.bin', 'node')
const NODE_MIN = [22, 18]

const lock = createHash('sha256')
  .update(readFileSync(join(ROOT, 'package-lock.json')))
  .digest('hex')
const installed = existsSync(STAMP) ? readFileSync(STAMP, 'utf8') : ''
if (installed !== lock) {
  console.log('Installing what the project needs (npm ci); this is done once.')
  npm(
    ['ci', '--no-audit', '--no-fund'],
    'The installation failed. Check the network and the registry, and run it again.',
  )
  if (!hasPinnedNode()) {
    // npm versions that ask before they run install scripts leave the `node` package without its binary.
    npm(['rebuild', 'node'], 'Node could not be installed. Run "npm rebuild node" to see why.')
  }
  if (!hasPinnedNode()) {
    fail(
      `Node ${NODE_MIN.join('.')} or newer is needed. The npm package "node" should have brought it: "npm rebuild node".`,
    )
  }
  writeFileSync(STAMP, lock)
}

build('build-plugin', 'The scripts for pages could not be built: "npm run build:plugin" says why.')
build('build-web', 'The pages could not be built: "npm run build:web" says why.')

function build(script, problem) {
  const { status } = spawnSync(PINNED_NODE, [join(ROOT, 'scripts', `${script}.mjs`)], {
    cwd: ROOT,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  })
  if (status !== 0) fail(problem)
}

function hasPinnedNode() {
  try {
    const version = execFileSync(PINNED_NODE, ['--version'], {
      encoding: 'utf8',
      shell: process.platform === 'win32',
    })
    const [major = 0, minor = 0] = version.slice(1).split('.').map(Number)
    return major > NODE_MIN[0] || (major === NODE_MIN[0] && minor >= NODE_MIN[1])
  } catch {
    return false
  }
}

function npm(args, problem) {
  const script = process.env.npm_execpath
  const [command, first] = script === undefined ? ['npm', []] : [process.execPath, [script]]
  const { status } = spawnSync(command, [...first, ...args], { cwd: ROOT, stdio: 'inherit' })
  if (status !== 0) fail(problem)
}

function fail(problem) {
  console.error(problem)
  process.exit(1)
}
