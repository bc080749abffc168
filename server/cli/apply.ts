import type { Command } from './command.ts'
import { readFlags } from './options.ts'
import {
  eventsOf,
  failingWithOne,
  isDriftRefused,
  makePlan,
  PLAN_FLAGS,
  type PlanDeps,
  told,
} from './plan.ts'
import { hasChanges } from './plan-lines.ts'

export type ApplyDeps = PlanDeps & {
  /** Asks a person who is there, and gives what they type; undefined where there is nobody to ask. */
  readonly confirm: ((question: string) => Promise<string>) | undefined
}

const isSwitch = { env: '', fallback: '', help: '', isSwitch: true } as const
const FLAGS = { ...PLAN_FLAGS, yes: isSwitch, 'allow-delete': isSwitch }

/** Makes a server what files say, all of it or nothing. */
export const apply: Command<ApplyDeps> = {
  name: 'apply',
  summary: 'Show what configuration files would change, and change it',
  usage:
    'millrace apply FILE… [--env NAME] [--yes] [--allow-delete] [--refuse-drift] [--events N] [--json] [--url URL] [--token TOKEN]',

  run: (deps, args, io) =>
    failingWithOne(io, async () => {
      const { flags, rest } = readFlags(args, FLAGS)
      if (rest.length === 0) return told(io, `usage: ${apply.usage}`)
      // With --json what is written is the answer alone.
      const quiet = flags.json === undefined ? io : { ...io, out: () => {} }
      const made = await makePlan(deps, { flags, files: rest, events: eventsOf(flags, 0) }, quiet)
      if (made === undefined || isDriftRefused(made.plan, flags, io)) return 1
      const { client, files, plan } = made
      const deletes = plan.items.filter(({ change }) => change === 'deleted')
      const allowDelete = flags['allow-delete'] !== undefined
      if (deletes.length > 0 && !allowDelete) {
        return told(io, 'Nothing was applied: it would delete something, which needs --allow-delete.')
      }
      if (hasChanges(plan) && flags.yes === undefined) {
        if (deps.confirm === undefined)
          return told(io, 'Nothing was applied: there is nobody to ask, so give --yes.')
        const answer = await deps.confirm(`Apply this to ${client.url}? Only "yes" does: `)
        if (answer.trim() !== 'yes') return told(io, 'Nothing was applied.')
      }
      const { change, items } = await client.ask('POST /admin/v1/configuration/apply', {
        body: {
          configuration: files.configuration,
          ...{ base: plan.base, allowDelete, refuseDrift: flags['refuse-drift'] !== undefined },
        },
      })
      if (flags.json !== undefined) io.out(JSON.stringify({ change, items }))
      else if (hasChanges(plan))
        io.out(change === 0 ? 'Applied.' : `Applied, as change ${change}: undoing that takes all of it back.`)
      return 0
    }),
}
