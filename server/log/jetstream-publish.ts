import { createInbox, type MsgHdrs, type NatsConnection, nuid } from '@nats-io/transport-node'
import { AppError } from '../../core/errors.ts'

/** Groups on their way at once. Eight lanes make eight messages of a group; a stream takes 50 batches at once. */
const GROUPS_MAX = 16
/** A group that was not answered is sent again after this, under the same id, so that it is not stored twice; then after twice that. */
const RESEND_MS = 500
const RESEND_MS_MAX = 4_000
/** What was refused for a reason that passes is sent again after this. */
const RETRY_MS = 100
/** After this a caller is told that it did not work. A new leader takes 4 to 8 s. */
const GIVE_UP_MS = 20_000
/** For how long the servers know a group's id: longer than anybody sends it again. */
export const DUPLICATES_MS = 60_000

const DUPLICATE_IN_BATCH = 10_201
/** The stream's or the account's limits: nothing that passes by itself within seconds. */
const IS_FULL = new Set([10_002, 10_023, 10_047, 10_054, 10_077])

export type Message = { readonly subject: string; readonly headers: MsgHdrs; readonly data: Uint8Array }
export type Stored = { readonly first: number }
type Ack = {
  readonly seq?: number
  readonly error?: { readonly err_code?: number; readonly description?: string }
}
type Group = {
  readonly id: string
  readonly messages: readonly Message[]
  readonly sentFirst_ms: number
  /** The stream's newest number that was known when it was sent first. */
  readonly after: number
  readonly resolve: (first: number) => void
  readonly reject: (error: unknown) => void
  due_ms: number
  resend_ms: number
}

/**
 * Publishes groups of messages, each all or none, in the order given, with several groups on their way.
 *
 * @param findStored The number of the first message of a group that the servers say they have, found by its id.
 */
export function groupPublisher(
  nc: NatsConnection,
  findStored: (id: string, after: number) => Promise<number | undefined>,
) {
  const inbox = createInbox()
  const waiting = new Map<string, Group>()
  let newest = 0
  let timer: NodeJS.Timeout | undefined
  const acks = nc.subscribe(`${inbox}.*`, {
    callback: (error, message) => {
      const group = waiting.get(message?.subject.slice(inbox.length + 1))
      if (error !== null || group === undefined) return
      if (message.headers?.code === 503) group.due_ms = Date.now() + RETRY_MS
      else if (message.data.length > 0) take(group, message.json<Ack>())
    },
  })

  function take(group: Group, ack: Ack): void {
    if (ack.error === undefined && ack.seq !== undefined && ack.seq > 0) {
      end(group, ack.seq - group.messages.length + 1)
    } else if (ack.error?.err_code === DUPLICATE_IN_BATCH) {
      group.due_ms = Date.now() + RESEND_MS
      findStored(group.id, group.after).then(
        (first) => first !== undefined && end(group, first),
        () => {}, // It is sent again when it is due.
      )
    } else if (IS_FULL.has(ack.error?.err_code ?? 0)) {
      fail(group, ack.error?.description)
    } else {
      group.due_ms = Date.now() + RETRY_MS
    }
  }
  function end(group: Group, first: number): void {
    if (!waiting.delete(group.id)) return
    newest = Math.max(newest, first + group.messages.length - 1)
    group.resolve(first)
  }
  function fail(group: Group, why = 'no answer'): void {
    if (!waiting.delete(group.id)) return
    group.reject(new AppError('LOG_UNAVAILABLE', {}, { cause: new Error(`NATS: ${why}`) }))
  }
  function send(group: Group): void {
    group.due_ms = Date.now() + group.resend_ms
    group.resend_ms = Math.min(2 * group.resend_ms, RESEND_MS_MAX)
    const { id, messages } = group
    const batch = nuid.next()
    messages.forEach(({ subject, headers, data }, index) => {
      const isLast = index === messages.length - 1
      if (index === 0) headers.set('Nats-Msg-Id', id)
      if (messages.length > 1) {
        headers.set('Nats-Batch-Id', batch)
        headers.set('Nats-Batch-Sequence', String(index + 1))
        if (isLast) headers.set('Nats-Batch-Commit', '1')
      }
      nc.publish(subject, data, { headers, ...(isLast ? { reply: `${inbox}.${id}` } : {}) })
    })
  }
  function look(): void {
    const now_ms = Date.now()
    for (const group of waiting.values()) {
      if (now_ms - group.sentFirst_ms > GIVE_UP_MS) fail(group)
      else if (now_ms >= group.due_ms) send(group)
    }
    if (waiting.size === 0) {
      clearInterval(timer)
      timer = undefined
    }
  }

  return {
    hasRoom: () => waiting.size < GROUPS_MAX,
    /** There is a new leader: what waits for an answer is sent again at once. */
    sendAgain(): void {
      for (const group of waiting.values()) group.due_ms = 0
    },
    /** Resolves with the number of the first message; the others follow it. */
    publish(messages: readonly Message[]): Promise<number> {
      return new Promise((resolve, reject) => {
        const sentFirst_ms = Date.now()
        const group = {
          ...{ id: nuid.next(), messages, sentFirst_ms, after: newest, resolve, reject },
          ...{ due_ms: 0, resend_ms: RESEND_MS },
        }
        waiting.set(group.id, group)
        try {
          send(group)
        } catch (cause) {
          waiting.delete(group.id)
          reject(new AppError('LOG_UNAVAILABLE', {}, { cause }))
        }
        timer ??= setInterval(look, RETRY_MS)
      })
    },
    close() {
      clearInterval(timer)
      acks.unsubscribe()
      for (const group of waiting.values()) fail(group, 'closed')
    },
  }
}
