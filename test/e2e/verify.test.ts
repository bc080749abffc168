import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { verifyAgainst } from '../../verify/against.ts'
import { smallDisk } from '../../verify/small-disk.ts'
import { atMost_ms } from './in-cluster.ts'
import { heapFor, makePlace, type Place, source } from './server.ts'

const MAIN = join(import.meta.dirname, '../../server/main.ts')
const WITHIN_MS = 240_000

function millraceVerify(...args: readonly string[]) {
  return new Promise<{ code: unknown; out: string; err: string }>((resolve) => {
    const options = { env: {}, timeout: WITHIN_MS }
    execFile(process.execPath, [MAIN, 'verify', ...args], options, (error, out, err) =>
      resolve({ code: error === null ? 0 : error.code, out, err }),
    )
  })
}

describe('millrace verify', { timeout: WITHIN_MS }, () => {
  test('kills the server, fills its disk, and finds everything accounted for', async () => {
    const { code, out, err } = await millraceVerify('--kills', '3', '--events', '600', '--seed', '5')
    assert.deepEqual([code, err], [0, ''])
    assert.match(out, /3 kill -9 in \d+ s/)
    assert.match(out, /calm +600 accepted = \d+ delivered \+ \d+ discarded .* 0 parked \+ 0 pending/)
    assert.match(out, /troubled +600 accepted = /)
    assert.match(out, /Full disk:\n {2}(a file system|a limit|skipped)/)
    assert.match(out, /Every event that was answered 200 is accounted for/)
  })
})

describe('a small disk', { timeout: 60_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-small-disk-'))
  const write = (prefix: readonly string[], file: string, mib: number) =>
    new Promise<boolean>((resolve) => {
      const script = `head -c ${mib * 1_048_576} /dev/zero > "$0" 2>/dev/null`
      const command = [...prefix, 'sh', '-c', script, file]
      execFile(command[0] as string, command.slice(1), (error) => resolve(error === null))
    })

  test('ends where it should, has room again, and leaves nothing', async (t) => {
    const disk = await smallDisk(join(folder, 'auto'), 4, 'auto')
    if ('skipped' in disk) return t.skip(`there is no small disk here: ${disk.skipped}`)
    const file = join(disk.folder, 'file')
    assert.equal(await write(disk.prefix, file, 1), true)
    disk.fill()
    assert.equal(await write(disk.prefix, file, 2), false)
    disk.free()
    assert.equal(await write(disk.isForOneProcess ? [] : disk.prefix, file, 2), true)
    await disk.end()
    if (!disk.isForOneProcess) assert.equal(existsSync(file), false)
  })

  test('of files that may not grow ends where it should', async (t) => {
    const disk = await smallDisk(join(folder, 'files'), 16, 'files')
    if ('skipped' in disk) return t.skip(`there is no limit on files here: ${disk.skipped}`)
    assert.equal(await write(disk.prefix, join(disk.folder, 'small'), 1), true)
    assert.equal(await write(disk.prefix, join(disk.folder, 'big'), 20), false)
    rmSync(folder, { recursive: true })
  })
})

describe('millrace verify --against a server', { timeout: atMost_ms(60_000) }, () => {
  let place: Place
  beforeEach(async () => {
    place = await makePlace()
    place.configure({
      sources: [source('website'), source('verify'), source('alone')],
      destinations: [heapFor(place.sandbox, 'heap', '41', ['website', 'verify'])],
    })
  })
  afterEach(() => place.end())

  async function against(writeKey: string) {
    const { url, adminUrl } = await place.start()
    const said: string[] = []
    const options = { url, adminUrl, writeKey, events: 50, minutes: 1 }
    const problems = await verifyAgainst({ ...options, say: (line) => said.push(line) })
    return { problems, said: said.join('\n'), arrived: place.sandbox.heap.counts('41')?.accepted ?? 0 }
  }

  test('follows marked events to where their source is connected', async () => {
    const { problems, said, arrived } = await against('verify-key')
    assert.deepEqual(problems, [])
    assert.match(said, /"verify" is connected to heap: its events go there/)
    assert.match(said, /has taken 50 and left out 10 repeats/)
    assert.match(said, /heap +50 accepted = 50 delivered/)
    assert.equal(arrived, 50)
  })

  test('sends events that go nowhere, and says so', async () => {
    const { problems, said, arrived } = await against('alone-key')
    assert.deepEqual([problems, arrived], [[], 0])
    assert.match(said, /"alone" is connected to no destination/)
  })

  test('sends nothing from a source that is for people’s events', async () => {
    const { problems, said, arrived } = await against('website-key')
    assert.match(problems.join(), /"website" sends to heap.*Nothing was sent/)
    assert.deepEqual([said, arrived], ['', 0])
  })

  test('knows no source of a wrong key', async () => {
    const { problems } = await against('nobody')
    assert.match(problems.join(), /No source of .* has this write key/)
  })
})
