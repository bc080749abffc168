import type { HttpRequest, HttpResponse } from '../../core/destination.ts'
import type { Json } from '../../core/event.ts'
import { anonymousUserId } from '../../core/identity.ts'
import { judgeHttp } from '../../core/judge.ts'
import type { Judgement, Reason } from '../../core/outcome.ts'
import { own } from '../../core/own.ts'
import { type Secret, secret } from '../../core/secret.ts'
import { forgetProperties, profileKey, receiptKey } from './memory.ts'
import { deletionUrl, type HeapSettings } from './settings.ts'
import { heapUserIdOf, type Ids, whoseEvent } from './who.ts'
import { type DeliveryOf, type Draft, slices } from './work.ts'

/** Heap says nothing of how long a deletion takes; its status is asked for every so often. */
const ASK_AGAIN_MS = 60_000

type DeleteDelivery = DeliveryOf<'deleteUser'>
type Judge = (response: HttpResponse, now_ms: number) => Judgement
type User = { readonly identity: string } | { readonly user_id: string }

/**
 * A deletion is four steps: a token, the request, a pause, the status until it is complete; each visit begins with a
 * fresh token, as one lasts five minutes only. People of one batch are deleted together.
 * @see https://developers.heap.io/reference/user-deletion
 */
export function planDeletions(
  deliveries: readonly DeleteDelivery[],
  settings: HeapSettings,
  draft: Draft,
): void {
  const { apiKey } = settings
  const fresh: DeleteDelivery[] = []
  const begun = new Map<string, DeleteDelivery[]>()
  for (const delivery of deliveries) {
    const who = whoIsDeleted(delivery.values, settings)
    if ('code' in who) draft.rejections.set(delivery, who)
    else if (apiKey === undefined) draft.rejections.set(delivery, NO_KEY)
    else if (typeof delivery.state !== 'string') fresh.push(delivery)
    else begun.set(delivery.state, [...(begun.get(delivery.state) ?? []), delivery])
  }
  if (apiKey === undefined) return
  for (const slice of slices(fresh)) {
    const step = { settings, apiKey, deliveries: slice }
    draft.requests.push({ ...withToken(step, (token) => beginDeletion(step, token)), deliveries: slice })
  }
  for (const [id, some] of begun) {
    const step = { settings, apiKey, deliveries: some }
    draft.requests.push({ ...withToken(step, (token) => askStatus(step, token, id)), deliveries: some })
  }
}

const NO_KEY: Reason = {
  code: 'HEAP_API_KEY_MISSING',
  text: 'Deleting needs the setting "API key for deletions".',
}

/** Heap's own id first, as with events; of the anonymous id the number under which its events went. */
function whoIsDeleted(ids: Ids, settings: HeapSettings): User | Reason {
  const who = whoseEvent(ids, { ...settings, anonymousEvents: 'Heap user id' })
  if (who.status === 'rejected') return who.reason
  return userOf(ids)
}

/** An identity first: with it everything that was joined to it goes. */
function userOf(ids: Ids): User {
  const { identity, anonymousId = '' } = ids
  if (identity !== undefined) return { identity }
  return { user_id: heapUserIdOf(ids) ?? anonymousUserId(anonymousId) }
}

type Step = {
  readonly settings: HeapSettings
  readonly apiKey: Secret
  readonly deliveries: readonly DeleteDelivery[]
}
type Next = { readonly request: HttpRequest; readonly judge: Judge }

function withToken({ settings, apiKey }: Step, next: (token: Secret) => Next): Next {
  return {
    request: {
      method: 'POST',
      url: `${deletionUrl(settings)}/api/public/v0/auth_token`,
      authorization: { scheme: 'basic', user: settings.appId, password: apiKey },
      isAnswerSecret: true,
    },
    judge(response, now_ms) {
      if (response.status === 401 || response.status === 403)
        return { status: 'refused', reason: KEY_REFUSED }
      const judged = judgeHttp(response, now_ms)
      if (judged.status !== 'delivered') return judged
      const token = textIn(response, 'access_token')
      if (token === undefined) return { status: 'refused', reason: KEY_REFUSED }
      return { status: 'continue', ...next(secret(token)) }
    },
  }
}

/** Not the instance's trouble: events need no key, and must not wait for this one. */
const KEY_REFUSED: Reason = {
  code: 'DESTINATION_REFUSED',
  text: 'Heap gave no token for the API key. It must belong to the Main Production environment, and so must the App Id.',
}

function beginDeletion({ settings, deliveries }: Step, token: Secret): Next {
  return {
    request: {
      method: 'POST',
      url: `${deletionUrl(settings)}/api/public/v0/user_deletion`,
      authorization: { scheme: 'bearer', token },
      json: { users: deliveries.map(({ values }) => userOf(values)) },
    },
    judge(response, now_ms) {
      if (response.status === 401) return askAgain(null)
      const judged = judgeHttp(response, now_ms)
      if (judged.status !== 'delivered') return judged
      const id = textIn(response, 'deletion_request_id')
      if (id !== undefined) return askAgain(id)
      return retry('Heap took the deletion, but told no deletion_request_id.')
    },
  }
}

function askStatus({ settings, deliveries }: Step, token: Secret, id: string): Next {
  return {
    request: {
      method: 'GET',
      url: `${deletionUrl(settings)}/api/public/v0/deletion_status/${encodeURIComponent(id)}`,
      authorization: { scheme: 'bearer', token },
    },
    judge(response, now_ms) {
      if (response.status === 401) return askAgain(id)
      if (response.status === 404) {
        return {
          status: 'refused',
          reason: { code: 'DESTINATION_REFUSED', text: `Heap knows no deletion ${id}.` },
        }
      }
      const judged = judgeHttp(response, now_ms)
      if (judged.status !== 'delivered') return judged
      if (textIn(response, 'status') !== 'complete') return askAgain(id)
      const value = `complete at ${new Date(now_ms).toISOString()}, people: ${deliveries.length}`
      const forgotten = deliveries.flatMap(({ values: { identity } }) =>
        identity === undefined ? [] : [forgetProperties(profileKey(identity, settings))],
      )
      const receipt = { key: receiptKey(id, settings), value, isDurable: true }
      return { status: 'delivered', remember: [receipt, ...forgotten] }
    },
  }
}

function askAgain(state: Json): Judgement {
  return { status: 'later', wait_ms: ASK_AGAIN_MS, state }
}

function retry(text: string): Judgement {
  return { status: 'retry', reason: { code: 'DESTINATION_FAILED', text } }
}

/** A text, or a number as text, in an answer that should be JSON. */
function textIn({ body }: HttpResponse, name: string): string | undefined {
  try {
    const value = own(JSON.parse(body), name)
    return (typeof value === 'string' && value !== '') || typeof value === 'number'
      ? String(value)
      : undefined
  } catch {
    return undefined
  }
}
