// npm run test:docker: does what the Dockerfile says, step by step, without an engine: each stage is a folder that stands for
// its root, COPY copies, RUN runs with that folder's paths, and the entry point is started as the image would start it. It
// shows that the steps work and fit together; that they work on Debian with nothing else installed it cannot show.
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const STARTS_WITHIN_MS = 30_000

type Step = { readonly word: string; readonly rest: string }
type Stage = { readonly root: string; workdir: string; readonly env: Record<string, string> }

const scratch = mkdtempSync(join(tmpdir(), 'millrace-docker-'))
try {
  const { stage, steps } = build(readSteps(readFileSync(join(ROOT, 'Dockerfile'), 'utf8')))
  await start(stage, steps)
  console.log('The steps of the Dockerfile work.')
} finally {
  rmSync(scratch, { recursive: true, force: true })
}

function readSteps(text: string): readonly Step[] {
  return text
    .replaceAll(/\\\n/g, ' ')
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.startsWith('#'))
    .map((line) => {
      const [word = '', ...rest] = line.trim().split(/\s+/)
      return { word, rest: rest.join(' ') }
    })
}

/** The last stage, and its steps. */
function build(all: readonly Step[]): { stage: Stage; steps: readonly Step[] } {
  const stages = new Map<string, Stage>()
  let stage: Stage | undefined
  let steps: Step[] = []
  for (const step of all) {
    if (step.word === 'FROM') {
      const name = /\sAS\s(\S+)$/i.exec(step.rest)?.[1] ?? 'last'
      stage = { root: join(scratch, name), workdir: '/', env: {} }
      mkdirSync(join(stage.root, 'tmp'), { recursive: true })
      stages.set(name, stage)
      steps = []
    }
    if (stage === undefined) throw new Error(`${step.word} before FROM`)
    steps.push(step)
    take(stage, step, stages)
  }
  if (stage === undefined) throw new Error('the Dockerfile is empty')
  return { stage, steps }
}

function take(stage: Stage, { word, rest }: Step, stages: ReadonlyMap<string, Stage>): void {
  switch (word) {
    case 'WORKDIR':
      stage.workdir = rest
      mkdirSync(join(stage.root, rest), { recursive: true })
      return
    case 'ENV':
      for (const pair of rest.split(' ')) {
        const [name = '', value = ''] = pair.split('=')
        stage.env[name] = value
      }
      return
    case 'COPY':
      copy(stage, rest, stages)
      return
    case 'RUN':
      console.log(`RUN ${rest}`)
      execFileSync('sh', ['-c', inStage(stage, rest)], {
        cwd: join(stage.root, stage.workdir),
        env: { ...process.env, ...stage.env },
        stdio: ['ignore', 'ignore', 'inherit'],
      })
  }
}

function copy(stage: Stage, rest: string, stages: ReadonlyMap<string, Stage>): void {
  console.log(`COPY ${rest}`)
  const from = /^--from=(\S+) /.exec(rest)?.[1]
  const [what = '', to = ''] = rest.replace(/^--from=\S+ /, '').split(' ')
  const target = to.startsWith('/') ? join(stage.root, to) : join(stage.root, stage.workdir, to)
  if (from === undefined) {
    for (const file of context()) cpSync(join(ROOT, file), join(target, file))
    return
  }
  const source = stages.get(from)
  if (source === undefined) throw new Error(`no stage ${from}`)
  const found = globSync(join(source.root, what))
  if (found.length === 0) throw new Error(`${what} is not in ${from}`)
  for (const one of found) {
    const isInto = to.endsWith('/') && !statSync(one).isDirectory()
    cpSync(one, isInto ? join(target, basename(one)) : target, { recursive: true })
  }
}

/** What is in the repository, or would be with the next commit: the rest is in .dockerignore. */
function context(): readonly string[] {
  const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
    cwd: ROOT,
  })
  return listed.toString().trim().split('\n')
}

/** Paths from the root are paths in the stage's folder. */
function inStage({ root }: Stage, command: string): string {
  return command.replaceAll(/(?<=^|\s)\/(?=[a-z])/g, `${root}/`)
}

async function start(stage: Stage, steps: readonly Step[]): Promise<void> {
  const list = (word: string) =>
    JSON.parse(steps.findLast((one) => one.word === word)?.rest ?? '[]') as string[]
  const [, ...entry] = list('ENTRYPOINT')
  const port = await freePort()
  const server = spawn(process.execPath, [...entry.map((one) => inStage(stage, one)), ...list('CMD')], {
    cwd: stage.root,
    env: {
      ...process.env,
      ...stage.env,
      MILLRACE_DATA: join(stage.root, stage.env['MILLRACE_DATA'] ?? ''),
      MILLRACE_HOST: '127.0.0.1',
      MILLRACE_PORT: String(port),
      MILLRACE_ADMIN_PORT: String(await freePort()),
    },
    stdio: 'inherit',
  })
  try {
    await healthy(steps, port)
    const exited = once(server, 'exit')
    server.kill('SIGTERM')
    const [code] = await exited
    if (code !== 0) throw new Error(`the server ended with ${code}`)
  } finally {
    server.kill('SIGKILL')
  }
}

/** By the image's own check, at the port that this run has. */
async function healthy(steps: readonly Step[], port: number): Promise<void> {
  const check = steps.findLast((one) => one.word === 'HEALTHCHECK')?.rest ?? ''
  const [, ...args] = JSON.parse(check.slice(check.indexOf('CMD ') + 4)) as string[]
  const here = args.map((one) => one.replace(':4000/', `:${port}/`))
  const end_ms = Date.now() + STARTS_WITHIN_MS
  while (Date.now() < end_ms) {
    const [code] = await once(spawn(process.execPath, here, { stdio: 'ignore' }), 'exit')
    if (code === 0) return
    await wait(100)
  }
  throw new Error(`the image's check does not hold within ${STARTS_WITHIN_MS} ms`)
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}
