import { createHmac } from 'node:crypto'
import { canonical } from '../core/canonical.ts'
import type { Configuration } from '../core/configuration.ts'
import type { Json } from '../core/event.ts'

const HEX_CHARS = 12

/**
 * A short text that two processes of an installation have in common when they run the same configuration. It holds nothing of it, and
 * cannot be made without the installation's salt.
 */
export function configurationDigest(configuration: Configuration, salt: string): string {
  const plain = JSON.parse(JSON.stringify(configuration)) as Json
  return createHmac('sha256', salt).update(canonical(plain)).digest('hex').slice(0, HEX_CHARS)
}

/** Made anew when the configuration has changed; undefined while the readers still run another. */
export function runningDigest(now: () => Configuration, salt: string, hasFollowed: () => boolean) {
  let of: Configuration | undefined
  let digest: string | undefined
  return (): string | undefined => {
    if (!hasFollowed()) return undefined
    const configuration = now()
    if (configuration !== of) digest = configurationDigest(configuration, salt)
    of = configuration
    return digest
  }
}
