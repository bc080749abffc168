import type { StoredValue } from './check-fields.ts'
import type { PartnerUser } from './check-partner.ts'
import type { AccountItem, UserItem } from './check-request.ts'
import type { Counts } from './counts.ts'
import type { Links } from './links.ts'
import type { People, PersonKeys } from './people.ts'

type Properties = PartnerUser['properties']

/** The properties of people and of accounts, of which there are at most `accounts_max`. The last write wins. */
export function makeProfiles({
  people,
  links,
  counts,
  accounts_max,
}: {
  readonly people: People
  readonly links: Links
  readonly counts: Counts
  readonly accounts_max: number
}) {
  const accounts = new Map<string, Map<string, StoredValue>>()

  function writeUser(person: PersonKeys, properties: Properties | undefined): void {
    counts.userWrites++
    write(people.withKeys(person).properties, properties)
  }

  function writeUsers(items: readonly UserItem[]): void {
    for (const { identity, properties } of items) writeUser({ identity }, properties)
  }

  function writePartnerUsers(items: readonly PartnerUser[], received_ms: number): void {
    for (const { person, properties } of items) {
      links.linkBeside(person, received_ms)
      writeUser(person, properties)
    }
  }

  function writeAccounts(items: readonly AccountItem[]): void {
    for (const { account_id, properties } of items) {
      counts.accountWrites++
      const account = accounts.get(account_id) ?? new Map<string, StoredValue>()
      if (accounts.size < accounts_max) accounts.set(account_id, account)
      write(account, properties)
    }
  }

  return { accounts, writeUsers, writePartnerUsers, writeAccounts }
}

function write(to: Map<string, StoredValue>, properties: Properties = {}): void {
  for (const [key, value] of Object.entries(properties)) to.set(key, value)
}
