import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import type { Configuration } from '../../core/configuration.ts'
import { AppError } from '../../core/errors.ts'
import { catalogue } from '../../destinations/index.ts'
import { inFolder, RIGHT, run, WRONG } from './cli.fixtures.ts'
import { dev, type StartDeps, start } from './start.ts'

/** A server that only notes what happens to it. */
function makeDeps(configFile: string | undefined, isLoginOn = true, setUpUrl?: string) {
  const happened: string[] = []
  const started: (Configuration | undefined)[] = []
  const deps: StartDeps = {
    catalogue,
    prepare(args) {
      happened.push(`prepare ${args.join(' ')}`.trim())
      return {
        configFile,
        isLoginOn,
        async startApp(configuration) {
          happened.push('start')
          started.push(configuration)
          const stop = async () => {
            happened.push('stop')
          }
          return { url: 'http://127.0.0.1:1', adminUrl: 'http://127.0.0.1:2', setUpUrl, stop }
        },
      }
    },
    async askedToStop() {
      happened.push('asked to stop')
    },
  }
  return { deps, happened, started }
}

const inFile = (text: string, use: (file: string) => Promise<unknown>) =>
  inFolder(async (folder) => {
    const file = join(folder, 'millrace.yaml')
    writeFileSync(file, text)
    await use(file)
  })

describe('millrace start', () => {
  test('starts, says where it is, and stops when it is asked to', async () => {
    const { deps, happened, started } = makeDeps(undefined)
    assert.deepEqual(await run(start, deps, '--port', '1'), {
      code: 0,
      out: [
        'Millrace takes events at http://127.0.0.1:1',
        'The admin API is at http://127.0.0.1:2/admin/v1, on this machine only; its pages are at http://127.0.0.1:2/',
      ],
      err: [],
    })
    assert.deepEqual(happened, ['prepare --port 1', 'start', 'asked to stop', 'stop'])
    assert.deepEqual(started, [undefined])
  })

  test('says where the first admin is made, and that login is off', async () => {
    const { deps } = makeDeps(undefined, true, 'http://127.0.0.1:2/link#token')
    const withLink = (await run(start, deps)).out.join('\n')
    assert.match(withLink, /Nobody can log in yet.*\nhttp:\/\/127\.0\.0\.1:2\/link#token$/)
    assert.doesNotMatch(withLink, /Login is off/)
    const off = (await run(start, makeDeps(undefined, false).deps)).out.join('\n')
    assert.match(off, /Login is off: whoever reaches the admin port is admin\./)
  })

  test('gives the server what the configuration file says', () =>
    inFile(RIGHT, async (file) => {
      const { deps, started } = makeDeps(file)
      assert.equal((await run(start, deps)).code, 0)
      assert.deepEqual(
        [...(started[0]?.sources ?? []), ...(started[0]?.instances ?? [])].map(({ id }) => id),
        ['website', 'heap', 'hook'],
      )
    }))

  test('shows everything that is wrong with the file, and does not start', () =>
    inFile(WRONG, async (file) => {
      const { deps, happened } = makeDeps(file)
      const { code, out, err } = await run(start, deps)
      assert.deepEqual([code, out, err.length], [1, [], 4])
      assert.deepEqual(happened, ['prepare'])
    }))

  test('a file that is not there is CONFIG_UNREADABLE, and nothing starts', async () => {
    const { deps, happened } = makeDeps('none.yaml')
    await assert.rejects(run(start, deps), { code: 'CONFIG_UNREADABLE' })
    assert.deepEqual(happened, ['prepare'])
  })

  test('what the server cannot start with is passed on', async () => {
    const { deps } = makeDeps(undefined)
    const startApp = async () => {
      throw new AppError('PORT_IN_USE')
    }
    const prepare = () => ({ configFile: undefined, isLoginOn: true, startApp })
    await assert.rejects(run(start, { ...deps, prepare }), { code: 'PORT_IN_USE' })
  })
})

describe('millrace dev', () => {
  test('shows a call that can be copied, with the first write key, and where to look', () =>
    inFile(RIGHT, async (file) => {
      const { deps } = makeDeps(file)
      const { code, out } = await run(dev, deps)
      const text = out.join('\n')
      assert.equal(code, 0)
      assert.match(text, /curl -u website-key: http:\/\/127\.0\.0\.1:1\/v1\/track -d '\{.*\}'/)
      for (const page of ['sandbox/', 'admin/v1/events', 'admin/v1/attempts', 'admin/v1/dead-letters']) {
        assert.ok(text.includes(`http://127.0.0.1:2/${page}`), page)
      }
    }))
})
