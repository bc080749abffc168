import { AppError } from '../../core/errors.ts'

type Argument = { readonly name: string; readonly description: string; readonly required: boolean }
type Given = Readonly<Record<string, string>>
type Prompt = {
  readonly name: string
  readonly title: string
  readonly description: string
  readonly arguments: readonly Argument[]
  readonly text: (given: Given) => string
}

/** What people ask for most, as a text that goes to the agent. */
export const PROMPTS: readonly Prompt[] = [
  {
    name: 'why-not-delivered',
    title: 'Why was this event not delivered?',
    description: 'Follows one event, or the newest dead letters, to the cause and to what mends it',
    arguments: [
      { name: 'event', description: 'Its messageId, address or name; empty: dead letters', required: false },
      { name: 'destination', description: 'The id of the destination', required: false },
    ],
    text: ({
      event = '',
      destination = '',
    }) => `Find out why ${whichOf(event, destination)}, with the tools of Millrace.

1. ${event === '' ? 'dead_letter_groups says what ended without success, by reason.' : 'trace_event says what became of it at each destination; where you have only a name, search_events finds it first.'}
2. Discarded: name the clause of the trigger that did not hold. Pending or parked: get_destination says what it waits for. Dead letter: get_dead_letter has the request and the answer, and read_docs errors has a section for its code. Refused: it never was an event; say what the call lacked.
3. Where a trigger or a mapping is the cause, find a better one with explain_event and try_action. Do not change anything yet.
4. Tell me the cause in two sentences, then the change that you propose and what it would do to the last events. Change and send again only when I agree: update_action, then retry_dead_letters, its dry run first.`,
  },
  {
    name: 'set-up-heap',
    title: 'Set up Heap',
    description: 'From nothing to the first event in Heap',
    arguments: [
      { name: 'appId', description: 'The App ID of the Heap environment', required: true },
      { name: 'source', description: 'What sends, such as a website or a Node server', required: false },
    ],
    text: ({
      appId = '',
      source = 'a website',
    }) => `Set up Millrace so that ${source} feeds Heap, app ${appId}, with the tools of Millrace.

1. list_sources: use what is there, or create_source of the kind that fits. Tell me what to put into my code: get_snippet for JavaScript, else the host of status and the write key.
2. list_kinds with heap says which settings there are. create_destination of kind heap with the appId, connected to the source; its presets send track, page, screen, identify and group calls.
3. send_test_event, and show me what Heap answered.
4. Wait until I say that I have sent an event. search_events and trace_event show it from end to end.
5. If it did not arrive, say why, and propose what to change before you do.`,
  },
]

/** @throws {AppError} NOT_FOUND, QUERY_INVALID */
export function promptText(name: string, given: Given): string {
  const prompt = PROMPTS.find((one) => one.name === name)
  if (prompt === undefined) throw new AppError('NOT_FOUND', { prompt: name })
  const lacking = prompt.arguments.find((one) => one.required && (given[one.name] ?? '') === '')
  if (lacking !== undefined)
    throw new AppError('QUERY_INVALID', { parameter: lacking.name, problem: 'is needed' })
  return prompt.text(given)
}

function whichOf(event: string, destination: string): string {
  const at = destination === '' ? '' : ` at ${destination}`
  return event === '' ? `events were not delivered${at}` : `the event ${event} was not delivered${at}`
}
