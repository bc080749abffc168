import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { startSandbox } from '../sandbox/server.ts'
import { type Clients, startClients } from './clients.ts'
import { CALM, CROWD, configurationFor } from './configuration.ts'
import { number } from './equation.ts'
import { type Outcome, outcomeAt } from './outcome.ts'
import { randomFrom } from './random.ts'
import { lastWords, type ServerProcess, startServerProcess } from './server-process.ts'
import { type DiskKind, type NoDisk, type SmallDisk, smallDisk } from './small-disk.ts'

const DISK_MIB = 64
const EVENTS_MAX = 500_000
/** Before the disk is filled, and after it has room again. */
const EVENTS_BETWEEN = 1_000
const UNAVAILABLE = 503
const UNAVAILABLE_MIN = 20
const WITHIN_MS = 90_000

export type FullDiskOptions = {
  readonly main: string
  readonly folder: string
  readonly seed: number
  readonly disk: DiskKind
  readonly say: (line: string) => void
}

/**
 * Fills the disk under the running server: it must answer 503, stay alive, lose nothing that it answered 200 for, and go
 * on when there is room; also when it is killed meanwhile.
 */
export async function verifyFullDisk(
  options: FullDiskOptions,
): Promise<Outcome & { readonly skipped: boolean }> {
  const { folder, say } = options
  const disk: SmallDisk | NoDisk = await smallDisk(join(folder, 'disk'), DISK_MIB, options.disk)
  if ('skipped' in disk) {
    say(`skipped: there is no way to make a small disk here: ${disk.skipped}`)
    return { lines: [], problems: [], skipped: true }
  }
  say(disk.name)
  try {
    return { ...(await onDisk(options, disk)), skipped: false }
  } finally {
    await disk.end()
  }
}

async function onDisk({ main, folder, seed, say }: FullDiskOptions, disk: SmallDisk): Promise<Outcome> {
  const sandbox = await startSandbox({ limits: 'off', events_max: EVENTS_MAX })
  writeFileSync(join(folder, 'millrace.yaml'), configurationFor([{ ...CALM, url: sandbox.url }]))
  const server = await startServerProcess({
    main,
    folder,
    dataFolder: join(disk.folder, 'data'),
    prefix: disk.prefix,
    // It is to meet the end of the disk itself, and not to stop before.
    flags: ['--disk-free-mib', '0'],
  })
  const clients = startClients(server.url, EVENTS_MAX, CROWD, randomFrom(seed))
  try {
    const problems = await meetTheEnd(server, clients, disk)
    await clients.stop()
    say(
      `full ${disk.isForOneProcess ? 'once' : 'twice'}, ${number(clients.answers(UNAVAILABLE))} requests answered 503 and sent again`,
    )
    const outcome = await outcomeAt({ ...CALM, sandbox }, server.adminUrl, clients.acknowledged, {
      refuses: false,
    })
    const all = [...problems, ...outcome.problems]
    return {
      lines: outcome.lines,
      problems: all.length === 0 ? [] : [...all, ...lastWords(server)],
    }
  } finally {
    await server.kill()
    await clients.stop()
    await sandbox.close()
  }
}

async function meetTheEnd(server: ServerProcess, clients: Clients, disk: SmallDisk): Promise<string[]> {
  const problems: string[] = []
  const taken = () => clients.acknowledged.length
  const expect = async (what: string, isSo: () => boolean): Promise<void> => {
    const until = Date.now() + WITHIN_MS
    while (!isSo() && Date.now() < until) await wait(10)
    if (!isSo()) problems.push(`full disk: ${what}: not within ${WITHIN_MS / 1_000} s`)
  }
  const goesOn = (what: string) => {
    const before = taken()
    return expect(what, () => taken() >= before + EVENTS_BETWEEN)
  }
  const becomesFull = async () => {
    const before = clients.answers(UNAVAILABLE)
    disk.fill()
    await expect(
      'a full disk is answered 503',
      () => clients.answers(UNAVAILABLE) >= before + UNAVAILABLE_MIN,
    )
    if (!(await server.isAlive())) problems.push('full disk: the server died')
  }

  await goesOn('events are taken')
  await becomesFull()
  if (!disk.isForOneProcess) {
    disk.free()
    await goesOn('it goes on by itself when there is room')
    await becomesFull()
  }
  await server.kill()
  disk.free()
  if (disk.isForOneProcess) server.setPrefix([])
  await server.start()
  await goesOn('it goes on after a kill')
  return problems
}
