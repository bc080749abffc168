import { PLAN_EVENTS_MAX } from '../../contract/plan-limits.ts'
import { AppError } from '../../core/errors.ts'
import { adminClient, CLIENT_FLAGS, type Client, type ClientDeps } from './client.ts'
import type { Command, Io } from './command.ts'
import { type FilesForServer, filesForServer } from './files-for-server.ts'
import { placed, problemLines } from './load-configuration.ts'
import { readFlags } from './options.ts'
import { harmless, hasChanges, type Plan, painter, planLines } from './plan-lines.ts'

export type PlanDeps = ClientDeps & {
  /** Whether what is written goes to a terminal that shows colours. */
  readonly isTerminal: boolean
}

const text = { env: '', fallback: '', help: '' } as const
const isSwitch = { ...text, isSwitch: true } as const
export const PLAN_FLAGS = {
  ...CLIENT_FLAGS,
  env: text,
  events: text,
  json: isSwitch,
  'refuse-drift': isSwitch,
}
type Flags = Partial<Record<keyof typeof PLAN_FLAGS, string>>
const EVENTS_DEFAULT = 100
/** There is something to apply; 0 is for "nothing", 1 for everything that went wrong. */
const CHANGES_CODE = 2

/** What a server would be asked to become. */
export const plan: Command<PlanDeps> = {
  name: 'plan',
  summary: 'Show what configuration files would change, and what the last real events would have become',
  usage:
    'millrace plan FILE… [--env NAME] [--events 100] [--refuse-drift] [--json] [--url URL] [--token TOKEN]',

  run: (deps, args, io) =>
    failingWithOne(io, async () => {
      const { flags, rest } = readFlags(args, PLAN_FLAGS)
      if (rest.length === 0) return told(io, `usage: ${plan.usage}`)
      const made = await makePlan(deps, { flags, files: rest, events: eventsOf(flags, EVENTS_DEFAULT) }, io)
      if (made === undefined) return 1
      if (isDriftRefused(made.plan, flags, io)) return 1
      return hasChanges(made.plan) ? CHANGES_CODE : 0
    }),
}

export type MadePlan = {
  readonly client: Client
  readonly files: Extract<FilesForServer, { ok: true }>
  readonly plan: Plan
}

/** Reads the files, asks the server for its plan and shows it. Undefined where something is wrong: then that was told. */
export async function makePlan(
  deps: PlanDeps,
  {
    flags,
    files: names,
    events,
  }: { readonly flags: Flags; readonly files: readonly string[]; readonly events: number },
  io: Io,
): Promise<MadePlan | undefined> {
  const environment = deps.environment ?? (() => undefined)
  const client = adminClient(deps, flags)
  const files = await filesForServer({ files: names, env: flags.env }, environment)
  if (!files.ok) return problemsTold(io, files.problems)
  const answer = await askForPlan(client, files, { events, isAsked: flags.events !== undefined })
  if (answer.problems.length > 0) {
    return problemsTold(io, problemLines(answer.problems.map((one) => placed(files.merged, one))))
  }
  const whole = { ...answer, notes: [...files.notes, ...answer.notes] }
  if (flags.json !== undefined) io.out(JSON.stringify(whole))
  else for (const line of planLines(whole, painter(deps.isTerminal))) io.out(line)
  return { client, files, plan: whole }
}

/** Whoever may not see personal values gets the plan without events, unless they asked for events. */
async function askForPlan(
  client: Client,
  { configuration }: Pick<MadePlan['files'], 'configuration'>,
  { events, isAsked }: { readonly events: number; readonly isAsked: boolean },
): Promise<Plan> {
  const ask = (more: { readonly events_max?: number }) =>
    client.ask('POST /admin/v1/configuration/plan', { body: { configuration, ...more } })
  try {
    return await ask(events === 0 ? {} : { events_max: events })
  } catch (error) {
    if (isAsked || !(error instanceof AppError && error.code === 'PERSONAL_NOT_ALLOWED')) throw error
    const without = await ask({})
    const note = 'No events were tried: for that the token must be one that may see personal values.'
    return { ...without, notes: [...without.notes, note] }
  }
}

export function isDriftRefused({ items }: Plan, flags: Flags, io: Io): boolean {
  const drifted = items.filter(({ drift }) => drift !== undefined)
  if (flags['refuse-drift'] === undefined || drifted.length === 0) return false
  const names = drifted.map(({ what, id }) => `${what} ${id}`).join(', ')
  io.err(`Drifted since files were applied: ${harmless(names)}. Take over into the files what was changed.`)
  return true
}

/** @throws {AppError} OPTION_INVALID */
export function eventsOf({ events }: Flags, usual: number): number {
  const count = Number(events ?? usual)
  if (Number.isInteger(count) && count >= 0 && count <= PLAN_EVENTS_MAX) return count
  throw new AppError('OPTION_INVALID', {
    option: '--events',
    problem: `must be a whole number from 0 to ${PLAN_EVENTS_MAX}`,
  })
}

/** Every failure is 1, a wrong call as well, as 2 means that there are changes. */
export async function failingWithOne(io: Io, run: () => Promise<number>): Promise<number> {
  try {
    return await run()
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    return told(io, `${error.code}: ${error.explanation}`)
  }
}

export function told(io: Io, line: string): number {
  io.err(line)
  return 1
}

function problemsTold(io: Io, problems: readonly string[]): undefined {
  for (const line of problems) io.err(harmless(line))
  io.err(problems.length === 1 ? '1 problem' : `${problems.length} problems`)
}
