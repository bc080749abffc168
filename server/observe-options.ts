import type { OptionReader } from './config.ts'
import type { Readable } from './page-options.ts'

/** What is told of the server's work besides metrics: docs/metrics.md. */
export type ObserveConfig = {
  /** A line of the log for each request to a destination. */
  readonly attemptLog: boolean
  /** Undefined: no traces. Without a slash at its end. */
  readonly otlpUrl: string | undefined
  /** The part of the events that are traced, 0 to 1. */
  readonly traceSample: number
}

export const OBSERVE_OPTIONS = {
  'attempt-log': {
    env: 'MILLRACE_ATTEMPT_LOG',
    fallback: 'off',
    help: 'on: a line of the log (info) for each request to a destination',
  },
  'otlp-url': {
    env: 'MILLRACE_OTLP_URL',
    fallback: '',
    help: 'the OpenTelemetry collector that traces go to by HTTP, such as http://127.0.0.1:4318; none: no traces',
  },
  'trace-sample': {
    env: 'MILLRACE_TRACE_SAMPLE',
    fallback: '0.01',
    help: 'the part of the events that are traced, from 0 to 1',
  },
} as const

/** @throws {AppError} OPTION_INVALID */
export function readObserve({ number, oneOf, optional }: OptionReader): ObserveConfig {
  return {
    attemptLog: oneOf('attempt-log', ['on', 'off']) === 'on',
    otlpUrl: optional('otlp-url', readOtlpUrl),
    traceSample: number('trace-sample', 0, 1),
  }
}

const readOtlpUrl: Readable<string> = {
  wants: 'an address with http:// or https:// and no name, password or query',
  read(text) {
    if (!URL.canParse(text)) return undefined
    const { protocol, username, password, search, hash } = new URL(text)
    const isPlain = username + password + search + hash === ''
    return /^https?:$/.test(protocol) && isPlain ? text.replace(/\/+$/, '') : undefined
  },
}
