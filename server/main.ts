#!/usr/bin/env node
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as waitFor } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { FastifyInstance } from 'fastify'
import type { Configuration } from '../core/configuration.ts'
import { AppError } from '../core/errors.ts'
import { catalogue } from '../destinations/index.ts'
import type { AdminDeps, AdminFlags } from './cli/admin.ts'
import type { ApplyDeps } from './cli/apply.ts'
import { askOverHttp } from './cli/client.ts'
import type { Io } from './cli/command.ts'
import type { ImportCommandDeps } from './cli/import.ts'
import type { McpDeps } from './cli/mcp.ts'
import type { MigrateDeps } from './cli/migrate.ts'
import { optionLines, readFlags } from './cli/options.ts'
import type { Shell } from './cli/remote/completion.ts'
import { exitCodeOf } from './cli/remote/exit-codes.ts'
import type { ReplayDeps } from './cli/replay.ts'
import type { SecretsDeps } from './cli/secrets.ts'
import { dev, type StartDeps, start } from './cli/start.ts'
import type { VerifyDeps } from './cli/verify.ts'
import { environmentText, OPTIONS, readServerConfig } from './config.ts'
import { EVERY_ROLE } from './roles.ts'
import { secretsInSight } from './secrets-in-sight.ts'

/** Its sandbox is on this machine. */
const DEV_OPTIONS = { 'log-level': 'warn', 'allow-private': 'loopback', login: 'off' } as const
const SANDBOX_PREFIX = '/sandbox'
const A_SANDBOX = new RegExp(`^http://127\\.0\\.0\\.1:\\d+${SANDBOX_PREFIX}$`)
const { version } = JSON.parse(readFileSync(ofPackage('package.json'), 'utf8')) as { version: string }
const asking = { ask: askOverHttp, environment: environmentText }
const io: Io = { out: (line) => console.log(line), err: (line) => console.error(line) }

// What a command needs is loaded when it runs, and so is the command: the server's modules take half a second to read.
const [name = 'help', ...args] = process.argv.slice(2)
process.exitCode = await run(name, args).catch(failed)

async function run(command: string, rest: readonly string[]): Promise<number> {
  switch (command) {
    case 'start':
      return start.run(startDeps({}), rest, io)
    case 'dev':
      return dev.run(startDeps(devOptions(), true), rest, io)
    case 'validate':
      return (await import('./cli/validate.ts')).validate.run(
        {
          catalogue,
          environment: environmentText,
          transformChecks: checkTransforms,
          configFile: (config) => readServerConfig(config === undefined ? {} : { config }).configFile,
          missing: async (configuration) => (await import('./page-deps.ts')).pluginProblem(configuration),
        },
        rest,
        io,
      )
    case 'export':
      return (await import('./cli/export.ts')).exportCommand.run(exportDeps(), rest, io)
    case 'plan':
      return (await import('./cli/plan.ts')).plan.run(await applyDeps(rest), rest, io)
    case 'apply':
      return (await import('./cli/apply.ts')).apply.run(await applyDeps(rest), rest, io)
    case 'check':
      return (await import('./cli/check.ts')).check.run({ catalogue, environment: environmentText }, rest, io)
    case 'schema':
      return (await import('./cli/schema.ts')).schema.run({ catalogue }, rest, io)
    case 'import':
      return (await import('./cli/import.ts')).importCommand.run(importDeps(), rest, io)
    case 'verify':
      return (await import('./cli/verify.ts')).verify.run(await verifyDeps(), rest, io)
    case 'backup':
      return (await import('./cli/backup.ts')).backup.run(await backupDeps(), rest, io)
    case 'restore':
      return (await import('./cli/backup.ts')).restore.run(await backupDeps(), rest, io)
    case 'compact':
      return (await import('./cli/compact.ts')).compactCommand.run(await import('./compact.ts'), rest, io)
    case 'migrate':
      return (await import('./cli/migrate.ts')).migrate.run(await migrateDeps(), rest, io)
    case 'admin':
      return (await import('./cli/admin.ts')).admin.run(await adminDeps(), rest, io)
    case 'token':
      return (await import('./cli/token.ts')).token.run((await tokenDeps()).tokenCommands, rest, io)
    case 'audit':
      if (rest[0] !== 'verify') return remote(command, rest)
      return (await import('./cli/audit.ts')).audit.run((await tokenDeps()).auditCommands, rest, io)
    case 'secrets':
      return (await import('./cli/secrets.ts')).secrets.run(await secretsDeps(), rest, io)
    case 'replay':
      return (await import('./cli/replay.ts')).replay.run(await replayDeps(rest), rest, io)
    case 'person':
      return (await import('./cli/person.ts')).person.run(await replayDeps(rest), rest, io)
    case 'mcp':
      return (await import('./cli/mcp.ts')).mcp.run(await mcpDeps(rest), rest, io)
    case 'completion':
      return (await import('./cli/completion.ts')).completion.run({ script: scriptFor }, rest, io)
    case 'version':
    case '--version':
      io.out(version)
      return 0
    case 'help':
    case '--help':
      return help()
    default:
      return remote(command, rest)
  }
}

function exportDeps() {
  return { catalogue, readStored, ...asking }
}

function tokenDeps() {
  return import('./token-commands.ts')
}

async function checkTransforms() {
  return (await import('./transform/checks.ts')).transformChecks()()
}

/** What the table of verbs knows: everything over the admin API. */
async function remote(command: string, rest: readonly string[]): Promise<number> {
  const [{ isRemote, runRemote }, { remoteMachine }] = await Promise.all([
    import('./cli/remote/run.ts'),
    import('./cli/remote/machine.ts'),
  ])
  if (isRemote(command)) return runRemote(remoteMachine(environmentText), [command, ...rest], io)
  return noCommand(command)
}

function devOptions() {
  return { config: fileURLToPath(ofPackage('examples/dev.yaml')), ...DEV_OPTIONS }
}

function startDeps(usual: Parameters<typeof readServerConfig>[0], withSandbox = false): StartDeps {
  return {
    catalogue,
    environment: environmentText,
    transformChecks: checkTransforms,
    prepare(rest) {
      const { flags, rest: unknown } = readFlags(rest, OPTIONS)
      if (unknown[0] !== undefined)
        throw new AppError('OPTION_INVALID', { problem: `"${unknown[0]}" is no option` })
      const config = readServerConfig({ ...usual, ...flags })
      const extend = withSandbox ? { extend: mountSandbox } : {}
      return {
        configFile: config.configFile,
        isLoginOn: config.login.isOn,
        async startApp(configuration) {
          const [{ pino }, { startApp }, { beThrifty, clearAwaySoon }] = await Promise.all([
            import('pino'),
            import('./app.ts'),
            import('./thrifty-memory.ts'),
          ])
          beThrifty(config.roles.size < EVERY_ROLE.size)
          const secrets = secretsInSight(config)
          const out = pino.destination(1)
          const logger = pino({ level: config.logLevel }, { write: (line) => out.write(secrets.mask(line)) })
          const app = await startApp({
            ...{ config, version, logger, secrets, configuration, isSample: withSandbox, ...extend },
            ...(withSandbox ? { adjust: (given: Configuration) => toSandbox(given, config.adminPort) } : {}),
          })
          clearAwaySoon()
          return app
        },
      }
    },
    askedToStop,
  }
}

/** The workspace for trying it names the sandbox at the admin port of this or an earlier start, and follows it. */
function toSandbox(configuration: Configuration, adminPort: number): Configuration {
  const apiUrl = `http://127.0.0.1:${adminPort}${SANDBOX_PREFIX}`
  const instances = configuration.instances.map((instance) =>
    A_SANDBOX.test(String(instance.settings['apiUrl']))
      ? { ...instance, settings: { ...instance.settings, apiUrl } }
      : instance,
  )
  return { ...configuration, instances }
}

async function mountSandbox(admin: FastifyInstance): Promise<void> {
  const { sandboxPlugin } = await import('../sandbox/server.ts')
  await admin.register(sandboxPlugin, { prefix: SANDBOX_PREFIX })
}

/** Who asks a server, and as whom where nothing is said: as the login has kept it. */
async function askingAs(args: readonly string[]) {
  const [{ profiled }, { profilesFile, readProfiles }] = await Promise.all([
    import('./cli/remote/profiled.ts'),
    import('./cli/remote/profiles.ts'),
  ])
  const environment = profiled(environmentText, args, readProfiles(profilesFile(environmentText)))
  return { ask: askOverHttp, environment }
}

async function applyDeps(args: readonly string[]): Promise<ApplyDeps> {
  const { stdin, stdout } = process
  return {
    ...(await askingAs(args)),
    isTerminal: stdout.isTTY === true && environmentText('NO_COLOR') === undefined,
    confirm: stdin.isTTY === true ? askPerson : undefined,
  }
}

async function askPerson(question: string): Promise<string> {
  const { createInterface } = await import('node:readline/promises')
  const lines = createInterface({ input: process.stdin, output: process.stderr })
  try {
    return await lines.question(question)
  } finally {
    lines.close()
  }
}

async function backupDeps() {
  const { backUp, bringBack } = await import('./backup-commands.ts')
  return { makeBackup: backUp, restoreBackup: bringBack }
}

async function replayDeps(args: readonly string[]): Promise<ReplayDeps> {
  const stop = new AbortController()
  process.once('SIGINT', () => stop.abort())
  const { stdout } = process
  return {
    ...(await askingAs(args)),
    wait: waitUnless(stop.signal),
    draw: stdout.isTTY ? (text) => stdout.write(`\r\x1b[K${text}`) : undefined,
  }
}

async function mcpDeps(args: readonly string[]): Promise<McpDeps> {
  return {
    ...(await askingAs(args)),
    agent: `millrace-mcp/${version}`,
    async serve(client) {
      const [{ serveStdio }, { documentsIn }] = await Promise.all([
        import('./mcp/stdio.ts'),
        import('./mcp/documents.ts'),
      ])
      const documents = documentsIn(fileURLToPath(ofPackage('docs')))
      await serveStdio({ client, documents, version, onFault: (error) => io.err(String(error)) })
    },
  }
}

function importDeps(): ImportCommandDeps {
  const stop = new AbortController()
  process.once('SIGINT', () => stop.abort())
  process.once('SIGTERM', () => stop.abort())
  const { stdin, stderr } = process
  return {
    environment: environmentText,
    async importOne(file, options, { onProgress, onWait }) {
      const [{ importOne }, { poster }] = await Promise.all([
        import('./import/import-one.ts'),
        import('./import/send.ts'),
      ])
      const post = poster(options.url, options.writeKey)
      const send = { post, wait: waitUnless(stop.signal), now_ms: Date.now, onWait }
      return importOne(file, options, { stdin, send, isStopped: () => stop.signal.aborted, onProgress })
    },
    async tryOne(file, options, refused_max) {
      const { tryOne } = await import('./import/import-one.ts')
      return tryOne(file, options, { stdin, now_ms: Date.now(), refused_max })
    },
    now_ms: Date.now,
    draw: stderr.isTTY ? drawLine : undefined,
  }
}

function drawLine(text: string): void {
  process.stderr.write(`\r\x1b[K${text}`)
}

/** Waits; false when it was asked to stop before or meanwhile. */
function waitUnless(signal: AbortSignal): (ms: number) => Promise<boolean> {
  return (ms) =>
    waitFor(ms, undefined, { signal }).then(
      () => true,
      () => false,
    )
}

async function adminDeps(): Promise<AdminDeps> {
  const { listPeople, resetLink } = await import('./people-commands.ts')
  const reset = (flags: AdminFlags, email?: string) => resetLink(flags, email, Date.now())
  return { list: listPeople, reset }
}

async function migrateDeps(): Promise<MigrateDeps> {
  const { moveCommands } = await import('./move-command.ts')
  return { ...moveCommands, now_ms: Date.now, draw: process.stderr.isTTY ? drawLine : undefined }
}

async function secretsDeps(): Promise<SecretsDeps> {
  const { secretsStatus, rotateSecrets } = await import('./secrets-commands.ts')
  return { status: secretsStatus, rotate: rotateSecrets }
}

/** Only whoever asks for the proof loads what it needs. */
async function verifyDeps(): Promise<VerifyDeps> {
  const [{ verify }, { verifyAgainst }] = await Promise.all([
    import('../verify/verify.ts'),
    import('../verify/against.ts'),
  ])
  const main = fileURLToPath(import.meta.url)
  return {
    verify: (options) => verify({ ...options, main }),
    verifyAgainst,
    random: Math.random,
    environment: environmentText,
  }
}

async function readStored(data: string | undefined) {
  const { dataFolder, secretKey, postgres } = readServerConfig(data === undefined ? {} : { data })
  const file = join(dataFolder, 'store.db')
  // Opening would make an empty one, and a folder that was misspelt would look like one with nothing in it.
  if (postgres.url === undefined && !existsSync(file)) {
    throw new AppError('CONFIG_UNREADABLE', { file, problem: 'ENOENT' })
  }
  const { openSealedStore } = await import('./store/open.ts')
  const store = await openSealedStore(file, postgres, { key: secretKey })
  try {
    return await store.read()
  } finally {
    await store.close()
  }
}

function askedToStop(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGTERM', () => resolve())
    process.once('SIGINT', () => resolve())
  })
}

/** All that there are, here and over the admin API. */
async function commands() {
  const [local, remote] = await Promise.all([
    import('./cli/local-commands.ts'),
    import('./cli/remote/verbs.ts'),
  ])
  return { ...local, ...remote }
}

async function help(): Promise<number> {
  const [{ LOCAL_COMMANDS, VERBS }, { groupHelp }] = await Promise.all([
    commands(),
    import('./cli/remote/help.ts'),
  ])
  io.out(`Millrace ${version}\n`)
  for (const { usage, summary } of LOCAL_COMMANDS) io.out(`  ${usage}\n      ${summary}`)
  io.out('  millrace version\n\nOver the admin API (millrace COMMAND --help says more; docs/cli.md):')
  for (const line of groupHelp(VERBS)) io.out(line)
  io.out('\nOptions of start and dev (what they are without being given; the environment variable):')
  for (const line of optionLines(OPTIONS)) io.out(line)
  return 0
}

async function scriptFor(shell: Shell): Promise<string> {
  const [{ LOCAL_COMMANDS, VERBS }, { completedOf, completionScript }] = await Promise.all([
    commands(),
    import('./cli/remote/completion.ts'),
  ])
  const options = Object.keys(OPTIONS).map((option) => `--${option}`)
  return completionScript(shell, completedOf(VERBS, LOCAL_COMMANDS, { start: options, dev: options }))
}

async function noCommand(command: string): Promise<number> {
  const [{ LOCAL_COMMANDS, VERBS }, { meant }] = await Promise.all([
    commands(),
    import('./cli/remote/read-call.ts'),
  ])
  const known = [...LOCAL_COMMANDS, ...VERBS].map(({ name }) => name.split(' ', 1)[0] ?? '')
  const hint = meant(command, known, '')
  io.err(`"${command}" is no command${hint === '' ? '.' : hint} "millrace help" shows all.`)
  return 2
}

/** An error that the product knows gets one line; anything else is a bug, with its trace. */
function failed(error: unknown): number {
  if (error instanceof AppError) io.err(`${error.code}: ${error.explanation}`)
  else io.err(error instanceof Error ? (error.stack ?? error.message) : String(error))
  if (!(error instanceof AppError)) return 1
  // Those that ask a server end as all of those do.
  if (name === 'replay' || name === 'person' || name === 'mcp') return exitCodeOf(error)
  return error.code === 'OPTION_INVALID' ? 2 : 1
}

/** Beside the sources, or one folder further up from the built files. */
function ofPackage(file: string): URL {
  return new URL(import.meta.url.endsWith('.ts') ? `../${file}` : `../../${file}`, import.meta.url)
}
