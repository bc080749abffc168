import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { ReactElement } from 'react'
import { api } from '../../api/api.ts'
import { Button } from '../../ui/Button.tsx'
import { ListTable } from '../../ui/ListTable.tsx'
import { Time } from '../../ui/Time.tsx'

const SHOWN_MAX = 200

/** Whose events are refused. By their first letters: the list holds no ids. */
export function SuppressedList(): ReactElement | null {
  const client = useQueryClient()
  const { data } = useQuery({
    queryKey: ['people', 'suppressed'],
    queryFn: ({ signal }) => api('GET /admin/v1/persons/suppressed', { signal }),
  })
  const remove = useMutation({
    mutationFn: (hash: string) => api('DELETE /admin/v1/persons/suppressed/:hash', { params: { hash } }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['people'] }),
  })
  if (data === undefined || data.suppressed.length === 0) return null
  const newest = data.suppressed.slice(-SHOWN_MAX).toReversed()
  return (
    <>
      <h3 className="font-semibold">Suppressed: {data.suppressed.length.toLocaleString('en-US')} ids</h3>
      <ListTable
        label="Suppressed people"
        columns={['Id', 'Kind', 'By', 'Since', 'Take again']}
        rows={newest.map(({ hash, kind, masked, by, at }) => ({
          key: hash,
          cells: [
            <code key="id">{masked}</code>,
            kind,
            by,
            <Time key="since" at={at} />,
            <Button
              key="remove"
              size="small"
              isBusy={remove.isPending && remove.variables === hash}
              onClick={() => remove.mutate(hash)}
            >
              Remove
            </Button>,
          ],
        }))}
      />
    </>
  )
}
