import { Link } from '@tanstack/react-router'
import type { ComponentProps, ReactElement } from 'react'
import { Tag } from '../ui/Tag.tsx'
import { StateOf } from './StateOf.tsx'

type Destination = ComponentProps<typeof StateOf>['destination'] & {
  readonly name: string
  readonly label?: string
}

/** A destination in a list of those that a source is connected to: its name leads to it, its state beside it. */
export function LinkedDestination({ destination }: { readonly destination: Destination }): ReactElement {
  const { id, name, label } = destination
  return (
    <li className="flex items-center gap-2">
      <Link
        to="/destinations/$destinationId"
        params={{ destinationId: id }}
        className="link min-w-0 wrap-anywhere"
      >
        {name}
      </Link>
      {label !== undefined && <Tag>{label}</Tag>}
      <StateOf destination={destination} />
    </li>
  )
}
