import { type Context, everyCall, type Plugin } from './library.ts'
import { page } from './page.ts'

/** Heap's own ids are numbers of up to 16 digits: https://developers.heap.io/reference/track-1, `user_id`. */
const ID = /^\d{1,20}$/

/**
 * Adds `context.heap` with Heap's user id and session id to every event, when Heap's library is in the page and there:
 * an event that the server sends on then joins the visitor's real session. Waits for nothing, and leaves alone what a
 * site has put there itself.
 */
export const heapSession: Plugin = {
  name: 'Heap Session',
  version: '1.0.0',
  type: 'enrichment',
  load: async () => {},
  isLoaded: () => true,
  ...everyCall(addSession),
}

function addSession(context: Context): Context {
  try {
    const ids = sessionOf()
    const { context: about } = context.event as { context?: { heap?: unknown } }
    if (ids !== undefined && about?.heap === undefined) context.updateEvent('context.heap', ids)
  } catch {
    // An event without its session is better than none.
  }
  return context
}

/** The current library tells by methods, which its stub only queues; the classic one has the user's id as a property. */
function sessionOf(): { readonly userId: string; readonly sessionId?: string } | undefined {
  const { heap } = page
  const userId = idOf(heap?.loaded ? heap['getUserId']?.() : heap?.userId)
  if (userId === undefined) return undefined
  const sessionId = idOf(heap?.loaded ? heap['getSessionId']?.() : undefined)
  return sessionId === undefined ? { userId } : { userId, sessionId }
}

function idOf(value: unknown): string | undefined {
  const text = String(value)
  return ID.test(text) ? text : undefined
}
