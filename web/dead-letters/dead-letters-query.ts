import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { type Answer, api } from '../api/api.ts'

const EVERY_MS = 5_000
const PAGE_ROWS = 100

export type Group = Answer<'GET /admin/v1/dead-letters/groups'>['groups'][number]
export type Letter = Answer<'GET /admin/v1/dead-letters'>['deadLetters'][number]
export type LetterDetail = Answer<'GET /admin/v1/dead-letters/:id'>

/** Which dead letters of a destination: all, those of a group, or some by their ids. */
export type Which = {
  readonly destination: string
  readonly action?: string
  readonly code?: string
  readonly text?: string
  readonly ids?: number[]
}

export function whichGroup({ destination, action, code, text }: Group): Which {
  return { destination, action, code, text }
}

export function groupsQuery(destination: string) {
  return queryOptions({
    queryKey: ['dead letters', 'groups', destination],
    queryFn: ({ signal }) => api('GET /admin/v1/dead-letters/groups', { query: { destination }, signal }),
    refetchInterval: EVERY_MS,
  })
}

export function lettersQuery(group: Group) {
  const { destination, action, code, text } = group
  const query = { destination, action, code, text, limit: PAGE_ROWS }
  return infiniteQueryOptions({
    // The newest and the count are in it, so that what comes is seen.
    queryKey: ['dead letters', 'of', query, group.last, group.count],
    queryFn: ({ pageParam, signal }) =>
      api('GET /admin/v1/dead-letters', {
        query: { ...query, ...(pageParam === undefined ? {} : { before: pageParam }) },
        signal,
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next,
  })
}

export function letterQuery(id: string) {
  return queryOptions({
    queryKey: ['dead letters', 'one', id],
    queryFn: ({ signal }) => api('GET /admin/v1/dead-letters/:id', { params: { id }, signal }),
  })
}

/** The group that an address names by as much as it knows: a code, an action, the text of the reason. */
export function chosenGroup(
  groups: readonly Group[],
  search: Readonly<Record<string, string>>,
): Group | undefined {
  const { code, action, text } = search
  if (code === undefined) return undefined
  const fitting = groups.filter((one) => one.code === code && (action === undefined || one.action === action))
  return fitting.find((one) => one.text === text) ?? fitting[0]
}
