import type { SpecEvent } from '../core/event.ts'
import type { MappingProblem } from '../core/mapping/mapping.ts'
import type { PagePlugin } from '../core/page-plugin.ts'
import { forgetPerson, perform } from './actions.ts'
import { bringHeap, lossOf } from './heap-library.ts'
import { type Context, everyCall, type Plugin } from './library.ts'
import { heapCall, page, type Status } from './page.ts'
import { resetsInOrder } from './resets.ts'
import { type CompiledSubscription, compileSubscription, eventOf, type Languages } from './subscriptions.ts'

/**
 * Puts the factory into the page that the vendors' libraries look for. Two instances may bring two bundles, in any
 * order: the one that can do more (`rank`) stays.
 */
export function offer(rank: number, languages: Languages): void {
  const { rank: before = -1, instances = {} } = page.millraceHeapWeb ?? {}
  if (before >= rank) return
  const factory = (settings: PagePlugin) => [plugin(settings, languages, instances)]
  page.millraceHeapWeb = Object.assign(factory, { rank, instances })
}

type Compiled = CompiledSubscription & PagePlugin['subscriptions'][number]

function plugin(settings: PagePlugin, languages: Languages, instances: Record<string, Status>): Plugin {
  const status: Status = { heap: 'loading', sent: 0, rejected: 0, lost: 0, failed: 0 }
  // Whoever comes first looks after resets: twice would make two visitors.
  const isFirst = Object.keys(instances).length === 0
  instances[settings.instanceId] = status
  const subscriptions: Compiled[] = []
  const resets = resetsInOrder(() =>
    contained(() => {
      forgetPerson()
      if (status.heap !== 'another app') heapCall('resetIdentity')
    }),
  )

  /** Nothing that happens here may reach the page or other destinations. */
  function contained(run: () => void): void {
    try {
      run()
    } catch (error) {
      count('failed', `${error}`)
    }
  }

  /** Said once, not for each event: the libraries show what a plugin logs to nobody. */
  function count(name: 'rejected' | 'lost' | 'failed', problem: string): void {
    status[name] += 1
    if (status.problem !== problem) console.warn(`Heap Web: ${problem}`)
    status.problem = problem
  }

  function deliver({ match, read, action }: Compiled, event: SpecEvent): void {
    if (!match(event)) return
    const problems: MappingProblem[] = []
    const values = read(event, problems)
    const [problem] = problems
    const loss = lossOf(status)
    if (problem) count('rejected', `${problem.at} ${problem.problem}`)
    else if (loss) count('lost', loss)
    else {
      perform(action, values, settings.arrayLimit)
      status.sent += 1
    }
  }

  function handle(context: Context): Context {
    contained(() => {
      const event = eventOf(context.event)
      resets.arrived(event.messageId)
      for (const one of subscriptions) contained(() => deliver(one, event))
      resets.ended(event.messageId)
    })
    return context
  }

  return {
    name: `Heap Web ${settings.instanceId}`,
    version: '1.0.0',
    type: 'destination',
    async load(_context, analytics) {
      for (const one of settings.subscriptions) {
        contained(() => subscriptions.push({ ...one, ...compileSubscription(one, languages) }))
      }
      contained(() => {
        bringHeap(settings, status)
        if (isFirst) resets.listen(analytics)
      })
    },
    isLoaded: () => true,
    ...everyCall(handle),
  }
}
