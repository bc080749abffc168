import { useQuery } from '@tanstack/react-query'
import type { ReactElement } from 'react'
import { queries } from '../../api/queries.ts'
import { spanText } from '../../ui/format.ts'
import { Part } from './Part.tsx'

const KIB = 1_024

/** What the server takes and keeps: the same for all sources. */
export function SourceLimits(): ReactElement | null {
  const limits = useQuery(queries.status()).data?.limits
  if (limits === undefined) return null
  const rows = [
    ['One call', sizeText(limits.event_bytes_max), 'Larger ones are refused.'],
    ['One request', sizeText(limits.body_bytes_max), 'Before and after decompression.'],
    ['Calls in a batch', limits.events_max.toLocaleString('en-US'), 'Client libraries stay well below.'],
    ['Events are kept', `${limits.retention_days} d`, 'What still waits for a destination is kept longer.'],
    ['Attempts are kept', `${limits.history_days} d`, 'Requests and answers, for looking back.'],
    ['Delivery is tried for', spanText(limits.giveUpAfter_ms), 'Then it becomes a dead letter.'],
  ] as const
  return (
    <Part title="Limits">
      <table className="w-full text-sm">
        <tbody>
          {rows.map(([name, value, note]) => (
            <tr key={name} className="border-b border-line last:border-b-0">
              <th scope="row" className="py-1 pr-4 text-left font-normal">
                {name}
              </th>
              <td className="py-1 pr-4 font-medium whitespace-nowrap">{value}</td>
              <td className="hidden py-1 text-muted sm:table-cell">{note}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className="mt-2 text-sm text-muted">
        They hold for the whole server and are set where it is started. The client libraries need no settings
        for them.
      </p>
    </Part>
  )
}

function sizeText(bytes: number): string {
  return bytes < KIB * KIB ? `${Math.round(bytes / KIB)} KiB` : `${(bytes / KIB / KIB).toFixed(0)} MiB`
}
