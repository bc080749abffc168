import type { ReceivedEvent } from './entry.ts'

type To = { readonly host: string; readonly writeKey: string }

/**
 * A command that sends an event to its source again, as a new one: without its messageId, which would make it a duplicate,
 * and without what ingest derived the timestamp from.
 */
export function eventCurl(event: ReceivedEvent, { host, writeKey }: To): string {
  const { type, messageId: _, sentAt: _sentAt, originalTimestamp: _original, ...call } = event
  return [
    `curl ${quoted(`${host.replace(/\/+$/, '')}/v1/${type}`)}`,
    `  -u ${quoted(`${writeKey}:`)}`,
    `  -H 'Content-Type: application/json'`,
    `  -d ${quoted(JSON.stringify(call))}`,
  ].join(' \\\n')
}

/** For a POSIX shell: within single quotes nothing means anything but a single quote. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}
