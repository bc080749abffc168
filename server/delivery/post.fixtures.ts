import type { Instance } from '../../core/configuration.ts'
import {
  action,
  type Delivery,
  destination,
  fields,
  type Planned,
  type PlannedRequest,
} from '../../core/destination.ts'
import type { JsonObject, SpecEvent } from '../../core/event.ts'
import { compileInstance } from '../../core/instance.ts'
import { judgeHttp } from '../../core/judge.ts'
import type { Judgement } from '../../core/outcome.ts'
import { presetSubscriptions } from '../../core/presets.ts'
import { secret } from '../../core/secret.ts'
import { virtualClock } from '../../test/sim/virtual-clock.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { memoryLedger } from '../ledger/memory.ts'
import type { NewReplay } from '../ledger/replays.ts'
import { entryText } from '../log/envelope.ts'
import { memoryLog } from '../log/memory.ts'
import { startReaders } from '../readers.ts'
import type { Send, Sent } from './send.ts'

const actions = {
  send: action({
    name: 'Send Letter',
    help: 'Sends a letter.',
    trigger: 'type = "track"',
    fields: {
      to: {
        type: 'string',
        label: 'To',
        help: 'Who gets it.',
        required: true,
        default: { '@path': '$.userId' },
      },
      text: {
        type: 'string',
        label: 'Text',
        help: 'What it says.',
        required: true,
        default: { '@path': '$.event' },
      },
    },
  }),
}
type Letter = Delivery<typeof actions>
const TOKEN = { scheme: 'bearer', token: secret('hunter2') } as const
export const BUDGETS = {
  all: { label: 'letters in 10 s', units_max: 200, window_ms: 10_000, scope: 'instance' },
  person: { label: 'letters in 10 s for one', units_max: 5, window_ms: 10_000, scope: 'subject' },
} as const

/**
 * A receiver with everything that a destination may ask of delivery. What a letter says decides what becomes of it:
 * `slowly…` is begun and asked for again, `same…` changes nothing, `never…` must not go, `once…` goes only when it is not
 * remembered, `first…` needs two steps, `round…` never ends, `heavy…` uses five units, `long…` is cut; all others of a batch go in one request.
 */
export const post = destination({
  mode: 'cloud',
  kind: 'post',
  name: 'Post',
  help: 'For tests.',
  settings: fields({}),
  actions,
  presets: ['send'],
  batch: { count_max: 50, bytes_max: 1_000_000, age_ms_max: 0 },
  budgets: () => BUDGETS,
  subject: ({ values }) => (values.to === 'nobody' ? undefined : values.to),
  uses: ({ values: { text } }) => [
    { budget: 'all', units: 1 },
    { budget: 'person', units: text.startsWith('heavy') ? 5 : 1 },
  ],
  recalls: ({ values }) => [values.text],
  plan(letters, _settings, { recall }) {
    const planned: Planned<typeof actions>[] = []
    const together: Letter[] = []
    for (const letter of letters) {
      const { text } = letter.values
      if (text.startsWith('slowly')) planned.push(slowly(letter))
      else if (text.startsWith('same') || (text.startsWith('once') && recall(text) !== undefined))
        planned.push({ end: { status: 'unchanged' }, deliveries: [letter] })
      else if (text.startsWith('never')) {
        const reason = { code: 'VALUES_INVALID', text: 'nobody may read it' } as const
        planned.push({ end: { status: 'rejected', reason }, deliveries: [letter] })
      } else if (text.startsWith('once')) planned.push(once(letter))
      else if (text.startsWith('first')) planned.push(inSteps(letter))
      else if (text.startsWith('round')) planned.push(round(letter))
      else together.push(letter)
    }
    return together.length === 0 ? planned : [...planned, inOne(together)]
  },
  judge: (response, _request, now_ms) => judgeHttp(response, now_ms),
})

function inOne(letters: readonly Letter[]): PlannedRequest<typeof actions> {
  const long = letters.filter(({ values }) => values.text.startsWith('long'))
  return {
    request: { method: 'POST', url: 'https://post.example/letters', json: letters.map(words) },
    deliveries: letters,
    adjustments: long.map((delivery) => ({ delivery, field: 'text', text: 'cut' })),
  }
}

function once(letter: Letter): PlannedRequest<typeof actions> {
  return {
    request: { method: 'POST', url: 'https://post.example/letters', json: [words(letter)] },
    deliveries: [letter],
    remember: [{ key: letter.values.text, value: 'sent', isDurable: letter.values.text.endsWith('lasting') }],
  }
}

function slowly(letter: Letter): PlannedRequest<typeof actions> {
  const { state } = letter
  const visits = typeof state === 'number' ? state : 0
  const judge = (): Judgement =>
    visits < 2 ? { status: 'later', wait_ms: 30_000, state: visits + 1 } : { status: 'delivered' }
  return {
    request: {
      method: 'POST',
      url: `https://post.example/visits/${visits}`,
      json: [words(letter)],
      authorization: TOKEN,
    },
    deliveries: [letter],
    judge,
  }
}

function inSteps(letter: Letter): PlannedRequest<typeof actions> {
  const then: Judgement = {
    status: 'continue',
    request: { method: 'POST', url: 'https://post.example/letters', json: [words(letter)] },
    judge: (response, now_ms) => judgeHttp(response, now_ms),
  }
  return {
    request: { method: 'GET', url: 'https://post.example/token', isAnswerSecret: true, authorization: TOKEN },
    deliveries: [letter],
    judge: (response, now_ms) => {
      const judged = judgeHttp(response, now_ms)
      return judged.status === 'delivered' ? then : judged
    },
  }
}

function round(letter: Letter): PlannedRequest<typeof actions> {
  const request = { method: 'GET', url: 'https://post.example/round' } as const
  const again = (): Judgement => ({ status: 'continue', request, judge: again })
  return { request, deliveries: [letter], judge: again }
}

const words = ({ values: { to, text } }: Letter) => `${to}: ${text}`

export type PostCall = { readonly path: string; readonly letters: readonly string[]; readonly at_ms: number }
type Answer = { status?: number; body?: string; headers?: Record<string, string> }
const LATENCY_MS = 100

/** The readers with one instance or more of it, on a virtual clock, over memory that stays from run to run. */
export function postOffice(options: { lanes?: number; ids?: readonly string[] } = {}) {
  const { lanes = 2, ids = ['post'] } = options
  const clock = virtualClock(Date.parse('2026-01-01T00:00:00Z'))
  const log = memoryLog({ lanes, now: clock.now_ms })
  const ledger: Ledger = memoryLedger()
  const calls: PostCall[] = []
  const troubles: unknown[] = []
  /** One for each time that an instance began. */
  const senders = { made: 0 }
  const kept: (readonly number[])[] = []
  let number = 0
  let instances: readonly Instance[] = ids.map(instanceOf)
  let answer: (call: PostCall, letters: number) => Answer | undefined = () => undefined
  let readers: Awaited<ReturnType<typeof startReaders>> | undefined

  const send: Send = async ({ url }, text): Promise<Sent> => {
    const call = {
      path: new URL(url).pathname,
      letters: text === '' ? [] : (JSON.parse(text) as string[]),
      at_ms: clock.now_ms(),
    }
    const answered = answer(call, calls.length)
    calls.push(call)
    await clock.sleep(LATENCY_MS)
    return { answered: true, response: { status: 200, headers: {}, body: 'ok', ...answered } }
  }

  return {
    clock,
    log,
    ledger,
    calls,
    troubles,
    senders,
    kept,
    answers(by: typeof answer): void {
      answer = by
    },
    configure(change: (instance: Instance) => Instance): void {
      instances = instances.map(change)
    },
    remove(): void {
      instances = []
    },
    add(id: string): void {
      instances = [...instances, instanceOf(id)]
    },
    /** The readers follow what was configured since. */
    async reconfigure(): Promise<void> {
      let isDone = false
      const done = readers?.reconfigure(instances).then(() => {
        isDone = true
      })
      await clock.runUntil(() => isDone)
      await done
    },
    /** Letters are in the log, in order: `ada: hello`. A letter's lane is its writer's, who is its reader unless named. */
    async write(
      letters: readonly string[],
      writer?: string,
      context: JsonObject = {},
      integrations: JsonObject = {},
    ): Promise<void> {
      await log.append(
        letters.map((letter) => {
          number += 1
          const [to = '', text = ''] = letter.split(': ')
          const event: SpecEvent = {
            type: 'track',
            messageId: `m${number}`,
            userId: to,
            event: text,
            timestamp: '2026-01-01T00:00:00Z',
            context,
            integrations,
          }
          const receivedAt = new Date(clock.now_ms()).toISOString()
          return { key: writer ?? to, text: entryText({ kind: 'event', sourceId: 'app', receivedAt, event }) }
        }),
      )
    },
    async start(): Promise<void> {
      for (const { id } of instances) {
        await ledger.start(
          id,
          Array.from({ length: lanes }, () => ({ chunk: 0, index: 0 })),
        )
      }
      readers = await startReaders({
        log,
        ledger,
        catalogue: new Map([['post', post]]),
        instances,
        giveUpAfter_ms: 3_600_000,
        history: { age_ms_max: 86_400_000, bytes_max: 10_000_000 },
        trimEvery_ms: 60_000,
        onTrim: (keepFrom) => kept.push(keepFrom),
        onTrouble: (_reader, _lane, error) => troubles.push(error),
        world: {
          now_ms: clock.now_ms,
          random: () => 0.999,
          sleep: clock.sleep,
          makeSender: () => {
            senders.made += 1
            return { send, close: async () => {} }
          },
        },
      })
    },
    /** Begins a replay, or tells the readers of a change of one. */
    async replay(replay?: Pick<NewReplay, 'selection' | 'place'> & Partial<NewReplay>): Promise<number> {
      const asked = { instanceId: 'post', asked: {}, perSecond_max: 1_000, total: 0 }
      const began = replay && { ...asked, startedAt_ms: clock.now_ms(), ...replay }
      const id = began === undefined ? 0 : (await ledger.addReplay(began)).id
      readers?.wakeReplays()
      return id
    },
    now_ms: clock.now_ms,
    /** Lets time pass. */
    async pass(ms: number): Promise<void> {
      const until_ms = clock.now_ms() + ms
      clock.sleep(ms)
      await clock.runUntil(() => clock.now_ms() >= until_ms)
    },
    /** What is on its way ends first, and that takes its time. */
    async stop(): Promise<void> {
      let isDone = false
      const done = readers?.stop().then(() => {
        isDone = true
      })
      if (done !== undefined) await clock.runUntil(() => isDone)
      await done
    },
    /** Everything that was delivered, in order, to one or to all. */
    letters: (to?: string) =>
      calls
        .flatMap(({ letters }) => letters)
        .filter((letter) => to === undefined || letter.startsWith(`${to}: `)),
    async counts(of = 'post'): Promise<Record<string, number>> {
      const sums: Record<string, number> = {}
      for (const one of await ledger.counts()) {
        if (one.of === of && one.count !== 0) sums[one.name] = (sums[one.name] ?? 0) + one.count
      }
      return sums
    },
    state: async (of = 'post') => (await ledger.states()).get(of),
  }
}

function instanceOf(id: string): Instance {
  return {
    id,
    kind: 'post',
    name: id,
    enabled: true,
    sources: ['app'],
    settings: {},
    subscriptions: presetSubscriptions(post),
  }
}

/** Compiles as the readers do, so that a mistake in the fixture shows at once. */
compileInstance(instanceOf('post'), post)

export const numbered = (to: string, count: number, from = 1): readonly string[] =>
  Array.from({ length: count }, (_, n) => `${to}: ${from + n}`)
