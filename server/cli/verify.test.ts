import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { run } from './cli.fixtures.ts'
import { verify } from './verify.ts'

/** Remembers what it was asked for, and finds these problems. */
function deps(problems: readonly string[] = []) {
  const asked: object[] = []
  const answer = async ({ say, ...options }: { readonly say: (line: string) => void }) => {
    asked.push(options)
    say('looked')
    return problems
  }
  return { asked, verify: answer, verifyAgainst: answer, random: () => 0.5 }
}

const USUAL = { kills: 20, events: 20_000, minutes: 30, seed: 2 ** 30, disk: 'auto' }
const AGAINST = {
  url: 'https://a.example',
  adminUrl: 'http://127.0.0.1:4001',
  writeKey: 'k',
  token: undefined,
}

describe('millrace verify', () => {
  const rows: readonly [title: string, args: readonly string[], asked: object][] = [
    ['as it comes', [], USUAL],
    [
      'with everything given',
      ['--kills', '200', '--events', '500', '--minutes', '3', '--seed', '7', '--disk', 'files'],
      { kills: 200, events: 500, minutes: 3, seed: 7, disk: 'files' },
    ],
    [
      'against a server',
      ['--against', 'https://a.example/', '--write-key', 'k'],
      { ...AGAINST, events: 100, minutes: 30 },
    ],
    [
      'against a server with another admin side',
      [
        '--against',
        'https://a.example',
        '--write-key',
        'k',
        '--admin',
        'http://b.example:1/',
        '--events',
        '5',
      ],
      { ...AGAINST, adminUrl: 'http://b.example:1', events: 5, minutes: 30 },
    ],
    [
      'against a server with login on',
      ['--against', 'https://a.example', '--write-key', 'k', '--token', 'mr_1'],
      { ...AGAINST, token: 'mr_1', events: 100, minutes: 30 },
    ],
  ]
  for (const [title, args, asked] of rows) {
    test(`${title} runs with what was asked for, and is content`, async () => {
      const given = deps()
      const { code, out, err } = await run(verify, given, ...args)
      assert.deepEqual([code, given.asked, err], [0, [asked], []])
      assert.deepEqual(out, ['looked', 'Every event that was answered 200 is accounted for.'])
    })
  }

  test('tells what is wrong, and ends with 1', async () => {
    const { code, out, err } = await run(verify, deps(['one is missing', 'one is there twice']))
    assert.deepEqual([code, out], [1, ['looked']])
    assert.deepEqual(err, ['one is missing', 'one is there twice', '2 problems'])
  })

  const wrong: readonly [args: readonly string[], problem: RegExp][] = [
    [['--kills', 'many'], /--kills must be a whole number/],
    [['--events', '5'], /--events must be a whole number from 100/],
    [['--minutes', '0'], /--minutes/],
    [['--seed', '-1'], /--seed/],
    [['--disk', 'loop'], /auto, files, off/],
    [['--against', 'https://a.example'], /--write-key/],
    [['--against', 'a.example', '--write-key', 'k'], /http address/],
    [['--nonsense', '1'], /nonsense/],
    [['now'], /"now" is no option/],
  ]
  for (const [args, problem] of wrong) {
    test(`does nothing with ${args.join(' ')}`, async () => {
      const given = deps()
      await assert.rejects(run(verify, given, ...args), (error: Error & { details: { problem: string } }) => {
        assert.match(error.details.problem, problem)
        return true
      })
      assert.deepEqual(given.asked, [])
    })
  }
})
