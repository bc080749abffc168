import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createInterface, type Interface } from 'node:readline'
import { Writable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { setTimeout as waitFor } from 'node:timers/promises'
import { AppError } from '../../../core/errors.ts'
import { type Ask, askOverHttp } from '../client.ts'
import { listenOver } from './listen.ts'
import { profilesFile, readProfiles, writeProfiles } from './profiles.ts'
import type { RemoteDeps } from './verb.ts'

type Machine = RemoteDeps & { readonly draw: ((text: string) => void) | undefined }

/** What verbs need of the machine, as it is. */
export function remoteMachine(environment: (name: string) => string | undefined): Machine {
  const stop = new AbortController()
  process.once('SIGINT', () => stop.abort())
  const { stdout, stderr } = process
  const file = profilesFile(environment)
  return {
    ask: askOverHttp,
    environment,
    terminal: {
      columns: stdout.isTTY ? stdout.columns : undefined,
      // https://no-color.org: set, and not empty.
      hasColours: stdout.isTTY && !environment('NO_COLOR') && environment('TERM') !== 'dumb',
    },
    draw: stderr.isTTY ? (line) => stderr.write(`\r\x1b[K${line}`) : undefined,
    now_ms: Date.now,
    newId: randomUUID,
    wait: (ms) =>
      waitFor(ms, undefined, { signal: stop.signal }).then(
        () => true,
        () => false,
      ),
    listen: (url, asked) => listenOver(url, { ...asked, signal: stop.signal }),
    inSession: keepingCookie,
    readText: async (name) => {
      try {
        return name === '-' ? await text(process.stdin) : readFileSync(name, 'utf8')
      } catch (cause) {
        throw new AppError('OPTION_INVALID', { file: name, problem: (cause as Error).message }, { cause })
      }
    },
    prompt: prompting(),
    profiles: { read: () => readProfiles(file), write: (profiles) => writeProfiles(file, profiles) },
  }
}

/** Asks as a browser does: with the cookie that it was given. The cookie goes when the command ends. */
function keepingCookie(): Ask {
  let cookie = ''
  return async (method, url, { body }) => {
    const answer = await fetch(url, {
      method,
      redirect: 'error',
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      headers: {
        accept: 'application/json',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(cookie === '' ? {} : { cookie }),
      },
    })
    for (const set of answer.headers.getSetCookie()) cookie = set.split(';', 1)[0] ?? ''
    return { ok: answer.ok, json: await answer.json() }
  }
}

/** Questions go to the error output, so the output holds answers alone. */
function prompting(): RemoteDeps['prompt'] {
  let lines: AsyncIterator<string> | undefined
  return async (question, isSecret) => {
    if (process.stdin.isTTY) return asked(question, isSecret === true)
    lines ??= createInterface({ input: process.stdin })[Symbol.asyncIterator]()
    const { value, done } = await lines.next()
    if (done === true) throw new AppError('OPTION_INVALID', { problem: `"${question}" has no answer` })
    return value
  }
}

function asked(question: string, isSecret: boolean): Promise<string> {
  process.stderr.write(`${question}: `)
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() })
  const output = isSecret ? nowhere : process.stderr
  const lines: Interface = createInterface({ input: process.stdin, output, terminal: true })
  return new Promise((resolve, reject) => {
    lines.once('SIGINT', () => {
      lines.close()
      reject(new AppError('OPTION_INVALID', { problem: 'it was stopped' }))
    })
    lines.once('line', (line) => {
      lines.close()
      if (isSecret) process.stderr.write('\n')
      resolve(line)
    })
  })
}
