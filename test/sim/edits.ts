import { type Phase, type Scenario, WELL } from './scenario.ts'
import { INSTANCES, type InstanceId } from './world/settings.ts'

/**
 * One thing that is left out of a scenario, as it is written on the command line: `phase2`, `net1:heap`, `disk0`, `jump3`,
 * `crash0.1`, `replay0.1`, `change1`, `events2` (half of what is left of them).
 */
export type Edit = string

export function edited(scenario: Scenario, edits: readonly Edit[]): Scenario {
  const phases = scenario.phases.map((phase, at) =>
    edits.filter((edit) => phaseOf(edit) === at).reduce((left, edit) => withoutOne(left, edit), phase),
  )
  return { ...scenario, phases: phases.filter((_, at) => !edits.includes(`phase${at}`)) }
}

/** Everything that could be left out, the largest parts first. */
export function possibleEdits({ phases }: Scenario): readonly Edit[] {
  const all = (of: (phase: Phase, at: number) => readonly Edit[]) => phases.flatMap(of)
  return [
    ...all((_, at) => [`phase${at}`]),
    ...all(({ crashes }, at) => crashes.map((_crash, number) => `crash${at}.${number}`).reverse()),
    ...all(({ net }, at) => INSTANCES.filter((id) => net[id].kind !== 'well').map((id) => `net${at}:${id}`)),
    ...all(({ replays }, at) => replays.map((_replay, number) => `replay${at}.${number}`).reverse()),
    ...all(({ disk }, at) => (disk === undefined ? [] : [`disk${at}`])),
    ...all(({ jump_ms }, at) => (jump_ms === 0 ? [] : [`jump${at}`])),
    ...all(({ change }, at) => (change === undefined ? [] : [`change${at}`])),
    ...all(({ events }, at) => Array.from({ length: Math.ceil(Math.log2(events)) }, () => `events${at}`)),
  ]
}

function phaseOf(edit: Edit): number {
  return Number(/\d+/.exec(edit)?.[0])
}

function withoutOne(phase: Phase, edit: Edit): Phase {
  switch (/^[a-z]+/.exec(edit)?.[0]) {
    case 'phase':
      return phase
    case 'net': {
      const id = edit.split(':')[1] as InstanceId
      return { ...phase, net: { ...phase.net, [id]: WELL } }
    }
    case 'disk':
      return { ...phase, disk: undefined }
    case 'jump':
      return { ...phase, jump_ms: 0 }
    case 'change':
      return { ...phase, change: undefined }
    case 'events':
      return { ...phase, events: Math.floor(phase.events / 2) }
    case 'crash': {
      const number = Number(edit.split('.')[1])
      // The places of the others stay, so that other edits still mean the same.
      return {
        ...phase,
        crashes: phase.crashes.map((crash, at) => (at === number ? { ...crash, at: NEVER } : crash)),
      }
    }
    case 'replay': {
      const number = Number(edit.split('.')[1])
      return {
        ...phase,
        replays: phase.replays.map((plan, at) => (at === number ? { ...plan, at_ms: NEVER } : plan)),
      }
    }
    default:
      throw new Error(`"${edit}" names nothing that can be left out`)
  }
}
const NEVER = Number.MAX_SAFE_INTEGER
