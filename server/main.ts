#!/usr/bin/env node
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as waitFor } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { FastifyInstance } from 'fastify'
import type { Configuration } from '../core/configuration.ts'
import { AppError } from '../core/errors.ts'
import { catalogue } from '../destinations/index.ts'
import { type AdminFlags, admin } from './cli/admin.ts'
import { audit } from './cli/audit.ts'
import { backup, restore } from './cli/backup.ts'
import type { Io } from './cli/command.ts'
import { compactCommand } from './cli/compact.ts'
import { exportCommand } from './cli/export.ts'
import { type ImportCommandDeps, importCommand } from './cli/import.ts'
import { optionLines, readFlags } from './cli/options.ts'
import { person } from './cli/person.ts'
import { type ReplayDeps, replay } from './cli/replay.ts'
import { type SecretsDeps, secrets } from './cli/secrets.ts'
import { dev, type StartDeps, start } from './cli/start.ts'
import { token } from './cli/token.ts'
import { validate } from './cli/validate.ts'
import { type VerifyDeps, verify } from './cli/verify.ts'
import { environmentText, OPTIONS, readServerConfig } from './config.ts'
import { secretsInSight } from './secrets-in-sight.ts'

/** Its sandbox is on this machine. */
const DEV_OPTIONS = { 'log-level': 'warn', 'allow-private': 'loopback', login: 'off' } as const
const SANDBOX_PREFIX = '/sandbox'
const A_SANDBOX = new RegExp(`^http://127\\.0\\.0\\.1:\\d+${SANDBOX_PREFIX}$`)
const { version } = JSON.parse(readFileSync(ofPackage('package.json'), 'utf8')) as { version: string }
const io: Io = { out: (line) => console.log(line), err: (line) => console.error(line) }

// What a command needs is loaded when it runs: the server's modules take most of a second to read.
const [name = 'help', ...args] = process.argv.slice(2)
process.exitCode = await run(name, args).catch(failed)

async function run(command: string, rest: readonly string[]): Promise<number> {
  switch (command) {
    case 'start':
      return start.run(startDeps({}), rest, io)
    case 'dev':
      return dev.run(
        startDeps({ config: fileURLToPath(ofPackage('examples/dev.yaml')), ...DEV_OPTIONS }, true),
        rest,
        io,
      )
    case 'validate':
      return validate.run(
        {
          catalogue,
          environment: environmentText,
          configFile: (config) => readServerConfig(config === undefined ? {} : { config }).configFile,
          missing: async (configuration) => (await import('./page-deps.ts')).pluginProblem(configuration),
        },
        rest,
        io,
      )
    case 'export':
      return exportCommand.run({ catalogue, readStored }, rest, io)
    case 'import':
      return importCommand.run(importDeps(), rest, io)
    case 'verify':
      return verify.run(await verifyDeps(), rest, io)
    case 'backup':
      return backup.run({ makeBackup: (await import('./backup-commands.ts')).backUp }, rest, io)
    case 'restore':
      return restore.run({ restoreBackup: (await import('./backup-commands.ts')).bringBack }, rest, io)
    case 'compact':
      return compactCommand.run({ compact: (await import('./compact.ts')).compact }, rest, io)
    case 'admin': {
      const { listPeople, resetLink } = await import('./people-commands.ts')
      const reset = (flags: AdminFlags, email?: string) => resetLink(flags, email, Date.now())
      return admin.run({ list: listPeople, reset }, rest, io)
    }
    case 'token':
      return token.run((await import('./token-commands.ts')).tokenCommands, rest, io)
    case 'audit':
      return audit.run((await import('./token-commands.ts')).auditCommands, rest, io)
    case 'secrets':
      return secrets.run(await secretsDeps(), rest, io)
    case 'replay':
      return replay.run(replayDeps(), rest, io)
    case 'person':
      return person.run(replayDeps(), rest, io)
    case 'version':
    case '--version':
      io.out(version)
      return 0
    default:
      return help(command)
  }
}

function startDeps(usual: Parameters<typeof readServerConfig>[0], withSandbox = false): StartDeps {
  return {
    catalogue,
    environment: environmentText,
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
          const [{ pino }, { startApp }, { beThrifty }] = await Promise.all([
            import('pino'),
            import('./app.ts'),
            import('./thrifty-memory.ts'),
          ])
          await beThrifty()
          const secrets = secretsInSight(config)
          const out = pino.destination(1)
          const logger = pino({ level: config.logLevel }, { write: (line) => out.write(secrets.mask(line)) })
          return startApp({
            ...{ config, version, logger, secrets, configuration, isSample: withSandbox, ...extend },
            ...(withSandbox ? { adjust: (given: Configuration) => toSandbox(given, config.adminPort) } : {}),
          })
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

function replayDeps(): ReplayDeps {
  const stop = new AbortController()
  process.once('SIGINT', () => stop.abort())
  const { stdout } = process
  return {
    async ask(method, url, body) {
      const sent = body === undefined ? { method } : { method, body: JSON.stringify(body) }
      const answer = await fetch(url, sent)
      return { ok: answer.ok, json: await answer.json() }
    },
    wait: waitUnless(stop.signal),
    draw: stdout.isTTY ? (text) => stdout.write(`\r\x1b[K${text}`) : undefined,
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
    draw: stderr.isTTY ? (text) => stderr.write(`\r\x1b[K${text}`) : undefined,
  }
}

/** Waits; false when it was asked to stop before or meanwhile. */
function waitUnless(signal: AbortSignal): (ms: number) => Promise<boolean> {
  return (ms) =>
    waitFor(ms, undefined, { signal }).then(
      () => true,
      () => false,
    )
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
  return { verify: (options) => verify({ ...options, main }), verifyAgainst, random: Math.random }
}

async function readStored(data: string | undefined) {
  const { dataFolder, secretKey } = readServerConfig(data === undefined ? {} : { data })
  const file = join(dataFolder, 'store.db')
  // Opening would make an empty one, and a folder that was misspelt would look like one with nothing in it.
  if (!existsSync(file)) throw new AppError('CONFIG_UNREADABLE', { file, problem: 'ENOENT' })
  const { sqliteStore } = await import('./store/sqlite.ts')
  const store = sqliteStore(file, { key: secretKey })
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

function help(command: string): number {
  const commands = [
    ...[start, dev, validate, exportCommand, admin, token, audit],
    ...[backup, restore, compactCommand, secrets, replay, importCommand, person, verify],
  ]
  if (command !== 'help' && command !== '--help') io.err(`"${command}" is no command.\n`)
  io.out(`Millrace ${version}\n`)
  for (const { usage, summary } of commands) io.out(`  ${usage}\n      ${summary}`)
  io.out(
    '  millrace version\n\nOptions of start and dev (what they are without being given; the environment variable):',
  )
  for (const line of optionLines(OPTIONS)) io.out(line)
  return command === 'help' || command === '--help' ? 0 : 2
}

/** An error that the product knows gets one line; anything else is a bug, with its trace. */
function failed(error: unknown): number {
  if (error instanceof AppError) io.err(`${error.code}: ${error.explanation}`)
  else io.err(error instanceof Error ? (error.stack ?? error.message) : String(error))
  return error instanceof AppError && error.code === 'OPTION_INVALID' ? 2 : 1
}

/** Beside the sources, or one folder further up from the built files. */
function ofPackage(file: string): URL {
  return new URL(import.meta.url.endsWith('.ts') ? `../${file}` : `../../${file}`, import.meta.url)
}
