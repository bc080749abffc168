import { useMutation, useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { api } from '../api/api.ts'
import { queries } from '../api/queries.ts'
import { errorText } from '../ui/ErrorState.tsx'
import { Icon } from '../ui/Icon.tsx'
import { Menu } from '../ui/Menu.tsx'
import { toast } from '../ui/toasts.ts'

/** Who is logged in, and the way out. */
export function AccountMenu(): ReactElement | null {
  const me = useQuery(queries.login()).data?.me
  const navigate = useNavigate()
  const logOut = useMutation({
    mutationFn: () => api('POST /admin/v1/logout'),
    // A page of its own: nothing that was shown stays in memory.
    onSuccess: () => location.assign('/'),
    onError: (error) => toast(`You are still logged in. ${errorText(error)}`, { tone: 'bad' }),
  })
  if (me === undefined || me.via !== 'session') return null
  return (
    <Menu
      trigger={
        <button
          type="button"
          aria-label={`You: ${me.name}`}
          className="inline-flex h-8 shrink-0 items-center gap-1.5 rounded-md px-2 text-sm text-muted hover:bg-hover hover:text-text"
        >
          <Icon name="person" />
          <span className="hidden max-w-32 truncate md:inline">{me.name}</span>
        </button>
      }
      items={[
        { kind: 'title', label: `${me.email ?? me.name} · ${me.role}` },
        { kind: 'action', label: 'My account', icon: 'person', onSelect: () => navigate({ to: '/account' }) },
        { kind: 'line' },
        { kind: 'action', label: 'Log out', icon: 'arrow-right', onSelect: () => logOut.mutate() },
      ]}
    />
  )
}
