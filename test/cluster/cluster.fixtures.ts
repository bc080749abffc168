import { after, describe, test } from 'node:test'
import { type NatsOptions, type NatsServers, startNats } from './nats.ts'
import { findNats, NO_NATS } from './nats-binary.ts'

/** Tests that need NATS servers: skipped with the way to get them where there are none. They are started when first asked for. */
export function withNats(
  name: string,
  options: NatsOptions,
  tests: (servers: () => Promise<NatsServers>) => void,
): void {
  const binary = findNats()
  if (binary === undefined) {
    test(name, { skip: NO_NATS }, () => {})
    return
  }
  describe(name, () => {
    let started: Promise<NatsServers> | undefined
    after(async () => (await started)?.stop())
    tests(() => {
      started ??= startNats(binary, options)
      return started
    })
  })
}
