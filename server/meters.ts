import type { Logger } from 'pino'
import type { AttemptTold } from './attempt-watch.ts'
import type { ServerConfig } from './config.ts'
import type { Taken } from './ingest/ingest.ts'
import { durations } from './metrics/histogram.ts'
import { requestCounts } from './metrics/requests.ts'
import { sourceCounts } from './metrics/source-counts.ts'
import { spanExporter } from './traces/exporter.ts'
import { spansOfTaken } from './traces/spans.ts'

/** The part of the events that are traced: none where there is nowhere to send traces. */
export function traceSampleOf({
  otlpUrl,
  traceSample,
}: Pick<ServerConfig, 'otlpUrl' | 'traceSample'>): number {
  return otlpUrl === undefined ? 0 : traceSample
}

/** What is measured, logged and traced while requests are answered and sent: there before everything that it watches. */
export function makeMeters(
  config: Pick<ServerConfig, 'otlpUrl' | 'traceSample'>,
  version: string,
  logger: Pick<Logger, 'info' | 'warn'>,
) {
  const sample = traceSampleOf(config)
  const onTrouble = (error: unknown) => logger.warn({ err: error }, 'Traces could not be sent')
  const exporter =
    config.otlpUrl === undefined || sample === 0
      ? undefined
      : spanExporter({ url: config.otlpUrl, version, onTrouble })
  return {
    ...{ events: requestCounts(), admin: requestCounts(), ingest: durations(), append: durations() },
    sources: sourceCounts(),
    /** Undefined: nobody wants to hear of what ingest took. */
    traced: exporter === undefined ? undefined : (taken: Taken) => exporter.add(spansOfTaken(taken, sample)),
    /** What the readers tell of an attempt, as they were asked to. */
    heard(told: AttemptTold): void {
      if (told.type === 'spans') exporter?.add(told.spans)
      else logger.info(told.line, 'Attempt')
    },
    spans: () => exporter?.counts(),
    stop: async () => exporter?.stop(),
  }
}
export type Meters = ReturnType<typeof makeMeters>
