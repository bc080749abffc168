/** What a person can do about a problem of a destination, by its code. docs/errors.md says more. */
const ADVICE: Readonly<Record<string, string>> = {
  DESTINATION_MISCONFIGURED:
    'Check the settings, such as keys and addresses. Nothing is lost: what waits goes out when they are right.',
  DESTINATION_FORBIDDEN_ADDRESS:
    'Mend the address in the settings, or start the server with --allow-private and the network. Nothing is lost.',
  DESTINATION_UNREACHABLE:
    'Check that this server reaches the address in the settings. It is tried again by itself.',
  DESTINATION_TIMEOUT: 'The receiver is slow or overloaded. It is tried again by itself.',
  DESTINATION_THROTTLED:
    'The receiver takes less than comes in. Nothing to do unless the lag keeps growing; then ask it for a higher limit.',
  DESTINATION_FAILED: 'The receiver has a problem of its own. It is tried again by itself.',
  DESTINATION_REFUSED: 'Look at the dead letters, mend the mapping of the action, and send them again.',
  VALUES_INVALID: 'The mapping does not find what the action needs: edit the action, and send them again.',
  HEAP_IDENTITY_MISSING: 'Choose in the settings how events of people without a userId are sent.',
  HEAP_IDENTITY_NEVER: 'The source sends an identity that nobody can have, such as "null": mend the source.',
  HEAP_LINK_DROPPED: 'Heap links a visitor to one person only: look at what the source sends as userId.',
  HEAP_API_KEY_MISSING: 'Give the destination the API key for deletions in its settings.',
  PLAN_FAILED: 'This is a bug in Millrace: report it with the dead letter.',
  SUBSCRIPTION_GONE:
    'The action was removed or changed while the event waited. Send it again if it is wanted.',
  CONSENT_MISSING: 'The person has not allowed what the destination needs: leave it.',
  INTEGRATION_OFF: 'The sender did not want this destination to get the call: leave it.',
  EVENT_GONE: 'The event left the log before its turn came: let the log keep events longer.',
  DELIVERY_GAVE_UP: 'The receiver failed for longer than the limit. When it is well again, send them again.',
}

export function adviceFor(code: string): string {
  return ADVICE[code] ?? 'Look at the attempts and the dead letters.'
}
