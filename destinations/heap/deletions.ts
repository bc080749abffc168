import type { HttpRequest, HttpResponse, PlannedRequest } from '../../core/destination.ts'
import type { Json } from '../../core/event.ts'
import { judgeHttp } from '../../core/judge.ts'
import type { Judgement, Reason } from '../../core/outcome.ts'
import { own } from '../../core/own.ts'
import { type Secret, secret } from '../../core/secret.ts'
import type { HeapActions } from './actions.ts'
import { forgetProperties, profileKey, receiptKey } from './memory.ts'
import { deletionUrl, type HeapSettings } from './settings.ts'
import { type Ids, whoseProfile, whoseVisit } from './who.ts'
import { type DeliveryOf, type Draft, slices } from './work.ts'

/** Heap says nothing of how long a deletion takes; its status is asked for every so often. */
const ASK_AGAIN_MS = 60_000

type DeleteDelivery = DeliveryOf<'deleteUser'>
type Judge = (response: HttpResponse, now_ms: number) => Judgement
type User = { readonly identity: string } | { readonly user_id: string }
type Deletion = { readonly delivery: DeleteDelivery; readonly user: User }

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
  const fresh: Deletion[] = []
  const begun = new Map<string, Deletion[]>()
  for (const delivery of deliveries) {
    const user = whoIsDeleted(delivery.values, settings)
    if ('code' in user) draft.rejections.set(delivery, user)
    else if (apiKey === undefined) draft.rejections.set(delivery, NO_KEY)
    else if (typeof delivery.state !== 'string') fresh.push({ delivery, user })
    else begun.set(delivery.state, [...(begun.get(delivery.state) ?? []), { delivery, user }])
  }
  if (apiKey === undefined) return
  for (const slice of slices(fresh)) {
    draft.requests.push(visit(slice, apiKey, settings, (token) => beginDeletion(slice, settings, token)))
  }
  for (const [id, some] of begun) {
    draft.requests.push(visit(some, apiKey, settings, (token) => askStatus(id, some, settings, token)))
  }
}

const NO_KEY: Reason = {
  code: 'HEAP_API_KEY_MISSING',
  text: 'Deleting needs the setting "API key for deletions".',
}

/**
 * The identity when there is one, as with it goes everything that was joined to it; else the visitor. Never somebody
 * who is nobody: that would delete everybody whom Heap has merged into them.
 */
function whoIsDeleted(ids: Ids, settings: HeapSettings): User | Reason {
  const { identity, anonymousId } = ids
  const isVisitorNamed = settings.anonymousEvents === 'As identity' && anonymousId !== undefined
  if (identity !== undefined || isVisitorNamed) {
    const who = whoseProfile(ids, settings)
    return who.status === 'known' ? { identity: who.person } : who.reason
  }
  const who = whoseVisit(ids, settings)
  return who.status === 'known' ? { user_id: who.person } : who.reason
}

type Next = { readonly request: HttpRequest; readonly judge: Judge }

function visit(
  deletions: readonly Deletion[],
  apiKey: Secret,
  settings: HeapSettings,
  next: (token: Secret) => Next,
): PlannedRequest<HeapActions> {
  return {
    deliveries: deletions.map(({ delivery }) => delivery),
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

function beginDeletion(deletions: readonly Deletion[], settings: HeapSettings, token: Secret): Next {
  return {
    request: {
      method: 'POST',
      url: `${deletionUrl(settings)}/api/public/v0/user_deletion`,
      authorization: { scheme: 'bearer', token },
      json: { users: deletions.map(({ user }) => user) },
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

function askStatus(id: string, deletions: readonly Deletion[], settings: HeapSettings, token: Secret): Next {
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
      const value = `complete at ${new Date(now_ms).toISOString()}, people: ${deletions.length}`
      const forgotten = deletions.flatMap(({ user }) =>
        'identity' in user ? [forgetProperties(profileKey(user.identity, settings))] : [],
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
