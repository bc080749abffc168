import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { remoteMachine } from '../../server/cli/remote/machine.ts'
import { runRemote } from '../../server/cli/remote/run.ts'
import { appOf, type Millrace, makePlace, type Place, until } from './server.ts'

const MAIN = join(import.meta.dirname, '../../server/main.ts')
const PASSWORD = 'river-lantern-42-moss'
const EMAIL = 'ada@example.com'

/** The command line in a home of its own. */
function commandLine(home: string) {
  const begin = (words: readonly string[], environment: Record<string, string> = {}) => {
    const child = spawn(process.execPath, [MAIN, ...words], { env: { HOME: home, ...environment } })
    let [out, err] = ['', '']
    child.stdout.on('data', (text) => {
      out += text
    })
    child.stderr.on('data', (text) => {
      err += text
    })
    const closed = once(child, 'close').then(([code]) => ({ code: code as number, out, err }))
    return { child, closed, out: () => out, err: () => err }
  }
  const run = async (words: readonly string[], typed: readonly string[] = []) => {
    const { child, closed } = begin(words)
    child.stdin.end(typed.map((line) => `${line}\n`).join(''))
    return closed
  }
  return { begin, ...expecting(run) }
}

type Run = (
  words: readonly string[],
  typed?: readonly string[],
) => Promise<{ readonly code: number; readonly out: string; readonly err: string }>

function expecting(run: Run) {
  return {
    run,
    /** Expects that it goes well, and returns what it wrote. */
    async text(words: readonly string[], typed?: readonly string[]): Promise<string> {
      const { code, out, err } = await run(words, typed)
      assert.equal(code, 0, `millrace ${words.join(' ')}\n${out}${err}`)
      return out
    },
    /** The same with --json: one value a line. */
    async json(...words: readonly string[]): Promise<Record<string, never>[]> {
      const out = await this.text([...words, '--json'])
      return out
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line))
    },
  }
}

/** The same without a process for each call. */
function inThisProcess(home: string) {
  const machine = remoteMachine((name) => (name === 'HOME' ? home : undefined))
  const run = async (words: readonly string[], typed: readonly string[] = []) => {
    const [out, err, answers]: [string[], string[], string[]] = [[], [], [...typed]]
    const io = { out: (line: string) => out.push(`${line}\n`), err: (line: string) => err.push(`${line}\n`) }
    const deps = { ...machine, prompt: async () => answers.shift() ?? '' }
    const code = await runRemote(deps, words, io)
    return { code, out: out.join(''), err: err.join('') }
  }
  return expecting(run)
}

describe('the command line alone', { timeout: 180_000 }, () => {
  let place: Place
  let millrace: Millrace
  let cli: ReturnType<typeof commandLine>
  let near: ReturnType<typeof inThisProcess>
  before(async () => {
    place = await makePlace()
    place.configure({ sources: [], destinations: [] })
    millrace = await place.start('--login', 'on')
    cli = commandLine(place.folder)
    near = inThisProcess(place.folder)
  })
  after(() => place.end())

  const logIn = async () => {
    const link = await until('the link', () => /http\S+\/link#[\w-]{43}/.exec(millrace.out())?.[0])
    await cli.text(['login', '--link', link], [EMAIL, 'Ada', PASSWORD, PASSWORD])
  }

  test('goes the way of the first run: from the link to an event that is delivered, mended and traced', async () => {
    const stranger = await cli.run(['sources', 'list', '--url', millrace.adminUrl])
    assert.equal(stranger.code, 4)
    assert.match(stranger.err, /^LOGIN_NEEDED: .*MILLRACE_TOKEN/)
    await logIn()
    const file = join(place.folder, '.config/millrace/config.json')
    assert.equal(statSync(file).mode & 0o777, 0o600)
    assert.ok(!readFileSync(file, 'utf8').includes(PASSWORD))
    assert.match(await cli.text(['whoami']), / <ada@example\.com> at http.*\nadmin, by token; .* shown\n$/)

    const [source] = await cli.json('sources', 'add', '--name', 'Website', '--kind', 'javascript')
    assert.equal(source?.['id'], 'website')
    assert.ok((await cli.text(['sources', 'snippet', 'website'])).includes(String(source?.['writeKey'])))
    const added = ['--kind', 'heap', '--name', 'Heap', '--source', 'website', '--set', 'settings.appId=41']
    await cli.text(['destinations', 'add', ...added, '--set', `settings.apiUrl=${place.sandbox.url}`])
    assert.match(await cli.text(['test', 'heap', '--send']), /200 in \d+ ms: delivered/)

    // What comes in is seen as it comes.
    const tail = cli.begin(['events', 'tail', '--count', '1'])
    await until('the tail to look', () => tail.err().includes('Looking') || undefined, tail.err)
    await cli.text(signedUp('m-1'))
    const tailed = await tail.closed
    assert.equal(tailed.code, 0, tailed.err)
    assert.match(tailed.out, /website +track +Signed Up +ada +m-1\n$/)

    const traced = await cli.text(['trace', 'm-1', '--wait', '20', '--bodies'])
    assert.match(traced, /^m-1 {2}track Signed Up\n {2}received .* from website/)
    assert.match(traced, /\nheap: delivered\n/)
    assert.match(traced, /POST http\S+ -> 200 in \d+ ms: delivered\n {4}request: .*Signed Up/)
    assert.deepEqual(sentNames(), ['Signed Up'])
  })

  test('finds out why an event is a dead letter, mends the mapping, and sends it again', async () => {
    const actions = await near.json('actions', 'list', 'heap')
    const track = String(actions.find((one) => one['action'] === 'trackEvent')?.['id'])
    const wrong = 'mapping.event:={"@path": "$.properties.nothing"}'
    const [broken] = await near.json('actions', 'update', 'heap', track, '--set', wrong)
    await near.text(signedUp('m-2'))
    const traced = await near.text(['trace', 'm-2', '--wait', '20'])
    assert.match(traced, /\nheap: dead letter\n.*VALUES_INVALID/s)
    const [letter] = await near.json('dead-letters', 'list', '--destination', 'heap')
    assert.equal(letter?.['messageId'], 'm-2')
    assert.match(await near.text(['dead-letters', 'groups']), /VALUES_INVALID/)

    await near.text(['changes', 'undo', String(broken?.['change'])])
    const replayed = await near.text(['dead-letters', 'retry', '--destination', 'heap'])
    assert.match(replayed, /is done: 100 %, 1 of 1: 1 delivered/)
    assert.match(await near.text(['trace', 'm-2', '--wait', '20']), /\nheap: delivered\n/)
    assert.match(await near.text(['dead-letters', 'list', '--quiet']), /^$/)
    assert.deepEqual(sentNames(), ['Signed Up', 'Signed Up'])
  })

  test('exit codes and what was most likely meant', async () => {
    const rows: readonly [words: string, code: number, says: RegExp][] = [
      ['sources lst', 2, /did you mean "sources list"/],
      ['sources list --jsno', 2, /did you mean "--json"/],
      ['sources show websiet', 3, /^NOT_FOUND: .*did you mean "website"/],
      ['sources add --name Website --kind nod', 2, /did you mean "node"/],
      ['sources add --name Website --kind node --id UPPER', 6, /./],
      ['trace nobody', 3, /^NOT_FOUND/],
      ['whoami --url http://127.0.0.1:1', 5, /^SERVER_UNREACHABLE/],
      ['whoami --profile defualt', 2, /did you mean "default"/],
    ]
    for (const [words, code, says] of rows) {
      const told = await near.run(words.split(' '))
      assert.equal(told.code, code, `${words}\n${told.err}`)
      assert.match(told.err, says, words)
    }
  })

  test('people, tokens and the audit log; what a token may not do asks for the password', async () => {
    const [invited] = await near.json('people', 'invite', 'bob@example.com', '--role', 'viewer')
    assert.match(String(invited?.['link']), /\/link#/)
    assert.match(await near.text(['people', 'list']), /bob@example\.com .*invited/)
    const token = (await near.text(['tokens', 'create', '--name', 'ci', '--quiet'], [PASSWORD])).trim()
    const asCi = async (...words: string[]) =>
      near.run([...words, '--token', token, '--url', millrace.adminUrl])
    assert.equal((await asCi('sources', 'list')).code, 0)
    assert.equal((await asCi('sources', 'add', '--name', 'X', '--kind', 'node')).code, 4)
    const [listed] = (await near.json('tokens', 'list')).filter((one) => one['name'] === 'ci')
    await near.text(['tokens', 'revoke', String(listed?.['id'])], [PASSWORD])
    assert.match((await asCi('sources', 'list')).err, /^TOKEN_INVALID/)
    assert.match(await near.text(['audit', 'list', '--what', 'POST /admin/v1/tokens']), /Ada/)
    await near.text(['logout', '--revoke'], [PASSWORD])
    assert.equal((await near.run(['whoami', '--url', millrace.adminUrl])).code, 4)
  })

  const signedUp = (messageId: string) => {
    const of = ['--source', 'website', '--event', 'Signed Up', '--user-id', 'ada', '--message-id', messageId]
    return ['send', ...of]
  }
  const sentNames = () =>
    appOf(place.sandbox, '41').events.flatMap(({ event }) => (event === 'Signed Up' ? [event] : []))
})
