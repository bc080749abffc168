import { useQuery } from '@tanstack/react-query'
import { type ReactElement, useState } from 'react'
import { queries } from '../api/queries.ts'
import { Button } from '../ui/Button.tsx'
import { EmptyState } from '../ui/EmptyState.tsx'
import { ListTable } from '../ui/ListTable.tsx'
import { Tag } from '../ui/Tag.tsx'
import { Time } from '../ui/Time.tsx'
import type { Person } from './PeoplePage.tsx'
import { PersonDialog } from './PersonDialog.tsx'

const COLUMNS = ['Person', 'Role', 'Personal values', 'Second factor', 'Last login', 'Change']

export function PeopleTable({ people }: { readonly people: readonly Person[] }): ReactElement {
  const me = useQuery(queries.login()).data?.me
  const [chosen, setChosen] = useState<string | undefined>(undefined)
  const person = people.find(({ id }) => id === chosen)
  if (people.length === 0) return <EmptyState icon="person" title="Nobody can log in yet" />
  return (
    <>
      <ListTable
        label="People"
        columns={COLUMNS}
        rows={people.map((one) => ({
          key: one.id,
          cells: cellsOf(one, one.id === me?.id, () => setChosen(one.id)),
        }))}
      />
      {person !== undefined && (
        <PersonDialog
          key={person.id}
          person={person}
          isMe={person.id === me?.id}
          isLastAdmin={isLastAdmin(person, people)}
          onClose={() => setChosen(undefined)}
        />
      )}
    </>
  )
}

function cellsOf(person: Person, isMe: boolean, onChange: () => void) {
  const { name, email, role, personal, disabled, secondFactor, sso, hasPassword, loginAt } = person
  return [
    <span key="who" className="inline-flex min-w-0 flex-wrap items-center gap-x-2">
      <span className="font-medium">{name}</span>
      <span className="break-all text-muted">{email}</span>
      {isMe && <Tag>you</Tag>}
      {disabled && <Tag isStrong>disabled</Tag>}
    </span>,
    role,
    role !== 'viewer' || personal ? 'sees them' : '•••',
    secondFactor ? 'on' : sso && !hasPassword ? 'at single sign-on' : 'off',
    loginAt === undefined ? 'never' : <Time key="login" at={loginAt} />,
    <Button key="change" size="small" aria-label={`Change ${name}`} onClick={onChange}>
      Change
    </Button>,
  ]
}

/** Whom the server would not let go: nobody else could manage people. */
function isLastAdmin({ id, role, disabled }: Person, people: readonly Person[]): boolean {
  const canManage = people.filter((one) => one.role === 'admin' && !one.disabled)
  return role === 'admin' && !disabled && canManage.every((one) => one.id === id)
}
