import type { ReactElement } from 'react'
import type { ShownRequest } from '../../core/explain.ts'
import { CopyButton } from '../ui/CopyButton.tsx'
import { JsonTree } from '../ui/JsonTree.tsx'
import type { Mark } from '../ui/JsonTreeLine.tsx'
import { curlText } from './curl.ts'

type Props = { readonly request: ShownRequest; readonly marks?: Readonly<Record<string, Mark>> }

/** A request as it would be sent: its address, headers without secrets, body. */
export function RequestBlock({ request, marks = {} }: Props): ReactElement {
  const { method, url, headers, json } = request
  return (
    <figure className="overflow-hidden rounded-lg border border-line">
      <figcaption className="flex items-center gap-2 border-b border-line bg-well py-1 pr-1 pl-3 text-sm">
        <code className="min-w-0 flex-1 break-all">
          {method} {url}
        </code>
        <CopyButton
          text={() => curlText({ ...request, body: bodyText(json) })}
          what="it as curl"
          label="curl"
        />
      </figcaption>
      <div className="p-2">
        {Object.entries(headers).map(([name, value]) => (
          <p key={name} className="px-1 font-mono text-xs break-all text-muted">
            {name}: {value}
          </p>
        ))}
        {json !== undefined && <JsonTree value={json} label={`Body of ${method} ${url}`} marks={marks} />}
      </div>
    </figure>
  )
}

function bodyText(json: ShownRequest['json']): string {
  return json === undefined ? '' : JSON.stringify(json)
}
