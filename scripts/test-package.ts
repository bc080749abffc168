// npm run test:package: builds and packs the package, installs the tarball into an empty folder as a user would, and does the
// main job with it on every Node that it says it runs on: start, an event that arrives, the pages, the documents, a clean stop.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
/** The oldest that `engines` allows, and the one that the project is made with. */
const NODES = ['22.18.0', '24.21.0']
/** What an installation may weigh, MB of 1,000,000 bytes. */
const INSTALLED_MB_MAX = 60
const STARTS_WITHIN_MS = 30_000

const scratch = mkdtempSync(join(tmpdir(), 'millrace-package-'))
try {
  const installed = install(pack())
  weigh(join(installed, 'node_modules'))
  for (const version of NODES) await use(version, installed)
  console.log('The package works.')
} finally {
  rmSync(scratch, { recursive: true, force: true })
}

/** The tarball's path. */
function pack(): string {
  npm(['run', 'build'], ROOT)
  npm(['pack', '--ignore-scripts', '--pack-destination', scratch], ROOT)
  const [tarball] = readdirSync(scratch).filter((name) => name.endsWith('.tgz'))
  if (tarball === undefined) throw new Error('npm pack made no tarball')
  console.log(`packed      ${tarball}, ${megabytes(statSync(join(scratch, tarball)).size)}`)
  return join(scratch, tarball)
}

function install(tarball: string): string {
  const folder = join(scratch, 'empty')
  mkdirSync(folder)
  writeFileSync(join(folder, 'package.json'), '{"private": true}')
  npm(['install', '--omit=dev', '--no-audit', '--no-fund', tarball], folder)
  return folder
}

function weigh(folder: string): void {
  const packages = readdirSync(folder)
    .filter((name) => !name.startsWith('.'))
    .map((name) => ({ name, bytes: bytesBelow(join(folder, name)) }))
    .sort((one, other) => other.bytes - one.bytes)
  const bytes = packages.reduce((sum, one) => sum + one.bytes, 0)
  const heaviest = packages.slice(0, 6).map((one) => `${one.name} ${megabytes(one.bytes)}`)
  console.log(`installed   ${megabytes(bytes)} in ${packages.length} packages: ${heaviest.join(', ')}, …`)
  if (bytes > INSTALLED_MB_MAX * 1_000_000) throw new Error(`over the limit of ${INSTALLED_MB_MAX} MB`)
}

function bytesBelow(path: string): number {
  const stat = statSync(path)
  if (!stat.isDirectory()) return stat.size
  return readdirSync(path).reduce((sum, name) => sum + bytesBelow(join(path, name)), 0)
}

async function use(version: string, installed: string): Promise<void> {
  const node = nodeOf(version)
  const main = join(installed, 'node_modules/millrace/dist/server/begin.js')
  const { version: ours } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
    version: string
  }
  const said = execFileSync(node, [main, 'version'], { encoding: 'utf8' })
  if (!said.includes(ours)) throw new Error(`version says ${said}`)

  const [port, adminPort] = [await freePort(), await freePort()]
  const data = join(scratch, `data-${version}`)
  const options = ['--data', data, '--port', String(port), '--admin-port', String(adminPort)]
  const server = spawn(node, [main, 'dev', ...options], { cwd: installed, stdio: ['ignore', 'pipe', 'pipe'] })
  const output: string[] = []
  for (const stream of [server.stdout, server.stderr])
    stream.on('data', (chunk) => output.push(String(chunk)))
  try {
    await until('ready', async () => (await fetch(`http://127.0.0.1:${port}/readyz`)).ok)
    execFileSync(
      process.execPath,
      [
        ...[join(ROOT, 'scripts/smoke.ts'), '--url', `http://127.0.0.1:${port}`],
        ...['--admin', `http://127.0.0.1:${adminPort}`],
      ],
      { stdio: 'pipe' },
    )
    const page = await (
      await fetch(`http://127.0.0.1:${adminPort}/`, { headers: { accept: 'text/html' } })
    ).text()
    if (!page.includes('<div id="root"')) throw new Error(`the page is ${page.slice(0, 200)}`)
    const documents = await (await fetch(`http://127.0.0.1:${adminPort}/docs/installing`)).text()
    if (!documents.includes('<h1 id="installing"')) {
      throw new Error(`the documents are ${documents.slice(0, 200)}`)
    }
    await agents(node, main, adminPort)
    await stop(server)
    console.log(
      `Node ${version.padEnd(8)} started, delivered an event, served agents, its pages and documents, stopped`,
    )
  } catch (error) {
    console.error(output.join(''))
    throw error
  } finally {
    server.kill('SIGKILL')
  }
}

/** The library of their protocol is a part of the package, and no package of its own. */
async function agents(node: string, main: string, adminPort: number): Promise<void> {
  const url = `http://127.0.0.1:${adminPort}`
  const transports = [
    new StreamableHTTPClientTransport(new URL(`${url}/mcp`)),
    new StdioClientTransport({
      command: node,
      args: [main, 'mcp', '--url', url],
      env: { HOME: scratch },
      stderr: 'ignore',
    }),
  ]
  for (const transport of transports) {
    const client = new Client({ name: 'package', version: '1' })
    await client.connect(transport)
    const { isError, content } = await client.callTool({ name: 'read_docs', arguments: { name: 'agents' } })
    if (isError === true || !JSON.stringify(content).includes('# Agents'))
      throw new Error(`an agent was answered ${JSON.stringify(content).slice(0, 200)}`)
    await client.close()
  }
}

async function stop(server: ChildProcess): Promise<void> {
  const exited = once(server, 'exit')
  server.kill('SIGTERM')
  const [code] = await exited
  if (code !== 0) throw new Error(`the server ended with ${code}`)
}

/** The npm package `node` brings each version. */
function nodeOf(version: string): string {
  const folder = join(scratch, `node-${version}`)
  mkdirSync(folder)
  writeFileSync(join(folder, 'package.json'), '{"private": true, "allowScripts": {"node": true}}')
  npm(['install', '--no-audit', '--no-fund', `node@${version}`], folder)
  npm(['rebuild', 'node'], folder)
  const node = join(folder, 'node_modules/.bin/node')
  const said = execFileSync(node, ['--version'], { encoding: 'utf8' }).trim()
  if (said !== `v${version}`) throw new Error(`node@${version} is ${said}`)
  return node
}

async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  const end_ms = Date.now() + STARTS_WITHIN_MS
  while (Date.now() < end_ms) {
    if (await holds().catch(() => false)) return
    await wait(50)
  }
  throw new Error(`not ${what} within ${STARTS_WITHIN_MS} ms`)
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}

function npm(args: readonly string[], cwd: string): void {
  execFileSync('npm', args, { cwd, stdio: ['ignore', 'ignore', 'inherit'] })
}

function megabytes(bytes: number): string {
  return `${(bytes / 1_000_000).toFixed(1)} MB`
}
