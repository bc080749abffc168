import type { AppError } from '../../../core/errors.ts'
import { ERRORS } from '../../../core/errors.ts'

/** How commands that ask a server end. Scripts hold on to these numbers. */
export const EXIT_CODES = {
  done: [0, 'It was done.'],
  failed: [1, 'It went wrong in a way that has no number of its own.'],
  usage: [2, 'The call was wrong: an unknown command, flag or value. Nothing was asked of the server.'],
  notFound: [3, 'There is no such thing: a source, a destination, an event, a profile.'],
  notAllowed: [
    4,
    'Not logged in, or not allowed: the token is missing, invalid, expired, or may not do this.',
  ],
  unreachable: [5, 'Nobody answers at the address, or what answers is no Millrace of this version.'],
  refused: [
    6,
    'The server understood and refused: settings that are wrong, something that changed meanwhile.',
  ],
  busy: [7, 'The server cannot do it now. The same call may go through later.'],
  stopped: [130, 'It was stopped with Ctrl-C.'],
} as const satisfies Record<string, readonly [code: number, means: string]>

export function exitCodeOf({ code, status }: AppError): number {
  if (code === 'OPTION_INVALID') return EXIT_CODES.usage[0]
  if (code === 'SERVER_UNREACHABLE') return EXIT_CODES.unreachable[0]
  if (status === 404) return EXIT_CODES.notFound[0]
  if (status === 401 || status === 403) return EXIT_CODES.notAllowed[0]
  if (status < 500 && status !== 429) return EXIT_CODES.refused[0]
  return ERRORS[code].retry ? EXIT_CODES.busy[0] : EXIT_CODES.failed[0]
}
