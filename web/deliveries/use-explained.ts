import { useQuery } from '@tanstack/react-query'
import { type Answer, api } from '../api/api.ts'

type Explained = Extract<Answer<'POST /admin/v1/explain'>, { event: unknown }>
export type Wanting = Explained['explanations'][number]
export type UseExplained = ReturnType<typeof useExplained>

/** An event of the log, and what the actions of a destination make of it now. */
export function useExplained(destinationId: string, address: string | undefined) {
  const { data, error, isPending } = useQuery({
    queryKey: ['explained', destinationId, address],
    queryFn: ({ signal }) =>
      api('POST /admin/v1/explain', {
        body: { destination: destinationId, address: address as string },
        signal,
      }),
    enabled: address !== undefined,
    retry: false,
  })
  return { error, isPending: isPending && address !== undefined, data: data && read(data) }
}

function read(answer: Answer<'POST /admin/v1/explain'>) {
  if ('refused' in answer) return undefined
  // Only actions that are on send anything.
  const wanting = answer.explanations.filter(({ enabled, trigger }) => enabled && trigger?.matches === true)
  return { event: answer.event, wanting, requests: wanting.flatMap(({ requests }) => requests) }
}
