import type { CloudDestination, Destination } from '../../../core/destination.ts'
import type { Ledger } from '../../../server/ledger/ledger.ts'
import type { Connect } from '../../../server/sqlite/connect.ts'
import { REAL_CONNECT } from '../world/disk.ts'
import { CATALOGUE } from '../world/settings.ts'

/** What stands in for parts of the server, to see whether the oracle notices. */
export type Doubles = {
  readonly connect: Connect
  readonly ledger: (ledger: Ledger) => Ledger
  readonly catalogue: ReadonlyMap<string, Destination>
}
export const NO_DOUBLES: Doubles = {
  connect: REAL_CONNECT,
  ledger: (ledger) => ledger,
  catalogue: CATALOGUE,
}

export function changedBy(
  change: (destination: CloudDestination) => CloudDestination,
): ReadonlyMap<string, Destination> {
  return new Map([...CATALOGUE].map(([kind, one]) => [kind, one.mode === 'cloud' ? change(one) : one]))
}
