import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, test } from 'node:test'
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
  return {
    begin,
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

describe('the command line alone', { timeout: 180_000 }, () => {
  let place: Place
  let millrace: Millrace
  let cli: ReturnType<typeof commandLine>
  beforeEach(async () => {
    place = await makePlace()
    place.configure({ sources: [], destinations: [] })
    millrace = await place.start('--login', 'on')
    cli = commandLine(place.folder)
  })
  afterEach(() => place.end())

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
    assert.match(await cli.text(['whoami']), /^Ada .* at http.*\nadmin, by token; .* shown\n$/)

    const [source] = await cli.json('sources', 'add', '--name', 'Website', '--kind', 'javascript')
    assert.equal(source?.['id'], 'website')
    assert.ok((await cli.text(['sources', 'snippet', 'website'])).includes(String(source?.['writeKey'])))
    const added = ['--kind', 'heap', '--name', 'Heap', '--source', 'website', '--set', 'settings.appId=41']
    await cli.text(['destinations', 'add', ...added, '--set', `settings.apiUrl=${place.sandbox.url}`])
    assert.match(await cli.text(['test', 'heap', '--send']), /200 in \d+ ms: delivered/)

    // What comes in is seen as it comes.
    const tail = cli.begin(['events', 'tail', '--count', '1', '--json'], {})
    await until('the tail to listen', () => (tail.err() === '' ? undefined : true)).catch(() => undefined)
    tail.child.kill('SIGINT')
    await tail.closed

    await cli.text(['send', '--source', 'website', '--event', 'Signed Up', '--user-id', 'ada', '--message-id', 'm-1'])
    const traced = await cli.text(['trace', 'm-1', '--wait', '20', '--bodies'])
    assert.match(traced, /^m-1 {2}track Signed Up\n {2}received .* from website/)
    assert.match(traced, /\nheap: delivered\n/)
    assert.match(traced, /POST http\S+ -> 200 in \d+ ms: delivered\n {4}request: .*Signed Up/)
    assert.ok(JSON.stringify(appOf(place.sandbox, '41')).includes('Signed Up'))
  })
})
