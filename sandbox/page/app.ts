import type { Breaches, BudgetName } from '../budgets.ts'
import type { Counts } from '../counts.ts'
import type { HeapState } from '../heap.ts'
import type { PersonKeys } from '../people.ts'
import type { RefusalView } from '../refusals.ts'
import type { AppView, UserView } from '../view.ts'
import { byId, fill, type Person, personCell, personOf, propertiesCell, timeCell } from './cells.ts'

// Run in the browser, as a part of the script in `script.ts`: the DOM, each other, and nothing else but types.

type Chosen = {
  readonly person: Person | undefined
  readonly choose: (person: Person | undefined) => void
}

/** Shows one app, or what was refused before any app was named. */
export function showApp(state: HeapState, appId: string, chosen: Chosen): void {
  const app: AppView | undefined = state.apps[appId]
  const refusals = state.refusals.filter(({ app_id }) => app_id === undefined || app_id === appId)
  showCounts(app?.counts, state)
  showProblems(refusals, app, state.refused)
  showPeople(app, chosen)
  byId('accounts-section').hidden = (app?.accounts.length ?? 0) === 0
  fill('accounts', ['Account', 'Properties'], {
    rows: (app?.accounts ?? []).map((account) => [account.account_id, propertiesCell(account.properties)]),
    total: app?.kept.accounts ?? 0,
  })
  const deletions = app?.deletions ?? []
  byId('deletions-section').hidden = deletions.length === 0
  fill('deletions', ['Time', 'Users asked for', 'Status', 'Request'], {
    rows: deletions.map(({ requested_at, users, status, deletion_request_id }) => [
      timeCell(requested_at),
      users.toLocaleString('en'),
      status,
      deletion_request_id,
    ]),
    total: deletions.length,
  })
  fill('breaches', ['Limit', 'Over it'], { rows: limitRows(app?.counts.breaches), total: 4 })
}

export function showProblems(
  refusals: readonly RefusalView[],
  app: AppView | undefined,
  refusedOfAll: number,
): void {
  byId('refusals-section').hidden = refusals.length === 0
  fill('refusals', ['Time', 'Request', 'Status', 'Why'], {
    rows: refusals.map(({ received_at, path, status, error }) => [
      timeCell(received_at),
      path,
      `${status}`,
      error,
    ]),
    total: app?.counts.refused ?? refusedOfAll,
  })
  const dropped = app?.droppedLinks ?? []
  byId('dropped-section').hidden = dropped.length === 0
  fill('dropped', ['Time', 'Id', 'Identity', 'Why'], {
    rows: dropped.map(({ received_at, kind, id, identity, reason }) => [
      timeCell(received_at),
      `${kind} ${id}`,
      identity,
      reason,
    ]),
    total: app?.counts.identifyDropped ?? 0,
  })
}

/** Events and users: of everybody, or of the one who was chosen. */
export function showPeople(app: AppView | undefined, { person, choose }: Chosen): void {
  byId('only').hidden = person === undefined
  byId('only-person').textContent = person === undefined ? '' : personOf({ [person.kind]: person.id })
  const ofAll = (app?.counts.accepted ?? 0) - (app?.counts.eventsDeleted ?? 0)
  fill('events', ['Time', 'Person', 'Event', 'Properties'], {
    rows: (app?.events ?? []).map((event) => [
      timeCell(event.timestamp),
      personOf(event),
      event.event,
      propertiesCell(event.properties),
    ]),
    total: person === undefined ? ofAll : (app?.users[0]?.events ?? 0),
  })
  const keysOf = ({ identity, user_ids, anonymous_ids, email }: UserView): PersonKeys => ({
    identity,
    user_id: user_ids[0],
    anonymous_id: anonymous_ids?.[0],
    email,
  })
  const linkedIds = ({ identity, user_ids, anonymous_ids = [] }: UserView) =>
    identity === undefined ? '' : [...user_ids, ...anonymous_ids].join(', ')
  fill('users', ['Person', 'Linked ids', 'Events', 'Properties'], {
    rows: (app?.users ?? []).map((user) => [
      personCell(keysOf(user), choose),
      linkedIds(user) || '–',
      user.events.toLocaleString('en'),
      propertiesCell(user.properties),
    ]),
    total: person === undefined ? (app?.kept.users ?? 0) : 1,
  })
}

export function showCounts(counts: Counts | undefined, state: HeapState): void {
  const breaches = Object.values(counts?.breaches ?? {}).reduce((sum, count) => sum + count, 0)
  // The last names the table that tells more about something bad.
  const numbers: readonly (readonly [name: string, count: number, table?: string])[] = [
    ['Requests', counts?.requests ?? state.requests],
    ['Events accepted', counts?.accepted ?? 0],
    ['Events repeated', counts?.repeated ?? 0],
    ['User writes', counts?.userWrites ?? 0],
    ['Users deleted', counts?.usersDeleted ?? 0],
    ['Ids linked', counts?.identified ?? 0],
    ['People merged', counts?.merged ?? 0],
    ['Links dropped', counts?.identifyDropped ?? 0, 'dropped'],
    ['Over a rate limit', breaches, 'breaches'],
    ['Requests refused', counts?.refused ?? state.refused, 'refusals'],
  ]
  byId('counts').replaceChildren(
    ...numbers.map(([name, count, table]) => {
      const group = document.createElement('div')
      const label = document.createElement('dt')
      const value = document.createElement('dd')
      const text = count.toLocaleString('en')
      label.textContent = name
      value.textContent = text
      if (table !== undefined && count > 0) {
        const link = document.createElement('a')
        link.href = `#${table}-title`
        link.textContent = text
        link.className = 'bad'
        value.replaceChildren(link)
      }
      group.append(label, value)
      return group
    }),
  )
}

export function limitRows(breaches: Breaches | undefined): (string | Node)[][] {
  const names: { readonly [name in BudgetName]: string } = {
    singleTrack: 'Track: 30 requests in 30 s for an identity',
    bulkTrackIdentity: 'Bulk Track: 1,000 events in a minute for an identity',
    bulkTrackApp: 'Bulk Track: 15,000 events in a minute for the app',
    userProperties: 'User properties: 30 requests in 30 s for an identity',
  }
  return Object.entries(names).map(([name, text]) => {
    const count = breaches?.[name as BudgetName] ?? 0
    const shown = document.createElement('span')
    shown.textContent =
      count === 0 ? 'never' : `${count.toLocaleString('en')} ${count === 1 ? 'request' : 'requests'}`
    if (count > 0) shown.className = 'bad'
    return [text, shown]
  })
}
