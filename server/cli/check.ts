import { readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import type { Configuration } from '../../core/configuration.ts'
import type { Destination } from '../../core/destination.ts'
import { differences } from '../../core/differences.ts'
import { AppError } from '../../core/errors.ts'
import type { MergedConfig } from '../config-file/merge.ts'
import type { LookUp } from '../config-file/references.ts'
import type { Command, Io } from './command.ts'
import { becomes, exampleText, readExample } from './golden.ts'
import { loadConfigurations, lookUpBeside } from './load-configuration.ts'
import { readFlags } from './options.ts'
import { failingWithOne, told } from './plan.ts'
import { differenceText, harmless } from './plan-lines.ts'
import type { Environment } from './references.ts'

export type CheckDeps = {
  readonly catalogue: ReadonlyMap<string, Destination>
  readonly environment?: Environment
}

const EXAMPLES_MAX = 1_000
const EXAMPLE_BYTES_MAX = 1_000_000
const DIFFERENCES_SHOWN_MAX = 20
const text = { env: '', fallback: '', help: '' } as const
const FLAGS = { env: text, examples: text, update: { ...text, isSwitch: true } } as const

/** Holds configuration files to examples that stand beside them, without a server. */
export const check: Command<CheckDeps> = {
  name: 'check',
  summary: 'Check that example events become the requests that are written down beside the configuration',
  usage: 'millrace check FILE… [--env NAME] [--examples FOLDER] [--update]',

  run: ({ catalogue, environment = () => undefined }, args, io) =>
    failingWithOne(io, async () => {
      const { flags, rest } = readFlags(args, FLAGS)
      const [first] = rest
      if (first === undefined) return told(io, `usage: ${check.usage}`)
      const given = { files: rest, env: flags.env }
      const loaded = await loadConfigurations(given, catalogue, (merged) => standIns(merged, environment))
      if (!loaded.ok) {
        for (const line of loaded.problems) io.err(line)
        return told(io, loaded.problems.length === 1 ? '1 problem' : `${loaded.problems.length} problems`)
      }
      const folder = flags.examples ?? join(dirname(first), 'examples')
      const names = await exampleNames(folder)
      const isUpdate = flags.update !== undefined
      let wrong = 0
      for (const name of names) {
        const isRight = await checkOne(
          relative('', join(folder, name)),
          { ...loaded, catalogue, isUpdate },
          io,
        )
        if (!isRight) wrong += 1
      }
      if (wrong > 0)
        return told(
          io,
          `${wrong} of ${names.length} examples are not as they should be. --update writes what comes out now.`,
        )
      io.out(
        names.length === 1
          ? 'The example is as it should be.'
          : `All ${names.length} examples are as they should be.`,
      )
      return 0
    }),
}

/**
 * What a variable stands for where it is set; else an address that leads nowhere, as it must be something that settings take.
 * Secrets are shown as *** in any case.
 */
function standIns(merged: MergedConfig, environment: Environment): LookUp {
  const lookUp = lookUpBeside(merged, environment)
  return (reference, at) => {
    const found = lookUp(reference, at)
    const [list, , place] = at
    if (found.ok) return found
    if (list === 'sources') return { ok: true, text: `not-set-${at.join('-')}`.slice(0, 128) }
    return { ok: true, text: place === 'settings' || list === 'alerts' ? 'https://not-set.invalid/' : '' }
  }
}

/** @throws {AppError} CONFIG_UNREADABLE */
async function exampleNames(folder: string): Promise<readonly string[]> {
  const found = await readdir(folder).catch((cause: NodeJS.ErrnoException) => {
    throw unreadable(relative('', folder), cause.code ?? cause.message)
  })
  const names = found.filter((name) => name.endsWith('.json')).toSorted()
  if (names.length === 0) throw unreadable(relative('', folder), 'there is no example in it')
  if (names.length > EXAMPLES_MAX)
    throw unreadable(relative('', folder), `there are more than ${EXAMPLES_MAX} examples in it`)
  return names
}

type Checking = {
  readonly configuration: Configuration
  readonly catalogue: CheckDeps['catalogue']
  readonly isUpdate: boolean
}

async function checkOne(
  file: string,
  { configuration, catalogue, isUpdate }: Checking,
  io: Io,
): Promise<boolean> {
  const wrong = (problem: string) => {
    io.err(harmless(`${file}: ${problem}`))
    return false
  }
  if ((await stat(file)).size > EXAMPLE_BYTES_MAX)
    return wrong(`it is over the limit of ${EXAMPLE_BYTES_MAX} bytes`)
  const read = readExample(await readFile(file, 'utf8'))
  if (!read.ok) return wrong(read.problem)
  const { example } = read
  const now = becomes(example, configuration, catalogue)
  if (!now.ok) return wrong(now.problem)
  const found = differences(example.expect, now.sent)
  if (found.length === 0) return true
  if (isUpdate) {
    await writeFile(file, exampleText(example, now.sent))
    io.out(`${file}: written`)
    return true
  }
  if (example.expect === undefined) return wrong('it has no "expect" yet')
  wrong('expected → what it becomes')
  for (const one of found.slice(0, DIFFERENCES_SHOWN_MAX)) io.err(`    ${differenceText(one)}`)
  if (found.length > DIFFERENCES_SHOWN_MAX) io.err(`    and ${found.length - DIFFERENCES_SHOWN_MAX} more`)
  return false
}

function unreadable(file: string, problem: string): AppError {
  return new AppError('CONFIG_UNREADABLE', { file, problem })
}
