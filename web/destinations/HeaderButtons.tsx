import { useNavigate } from '@tanstack/react-router'
import { type ReactElement, useState } from 'react'
import { Button } from '../ui/Button.tsx'
import { Icon } from '../ui/Icon.tsx'
import { IconButton } from '../ui/IconButton.tsx'
import { Menu, type MenuItem } from '../ui/Menu.tsx'
import { toast } from '../ui/toasts.ts'
import { useDestination, useKind } from './destination.ts'
import { TestDialog } from './TestDialog.tsx'
import { useRemove } from './use-remove.ts'
import { useSwitches } from './use-switches.ts'

/** What can be done with the whole destination. */
export function HeaderButtons(): ReactElement {
  const { paused, enabled, mode } = useDestination()
  const kind = useKind()
  const { pause } = useSwitches()
  const items = useMenuItems()
  const [isTesting, setTesting] = useState(false)
  return (
    <>
      {mode === 'cloud' && enabled && (
        <Button needs="edit" onClick={() => pause(!paused)}>
          <Icon name={paused ? 'play' : 'pause'} /> {paused ? 'Resume' : 'Pause'}
        </Button>
      )}
      {kind?.canTest === true && <Button onClick={() => setTesting(true)}>Test</Button>}
      <Menu trigger={<IconButton icon="more" label="More" />} items={items} />
      <TestDialog isOpen={isTesting} onClose={() => setTesting(false)} />
    </>
  )
}

function useMenuItems(): readonly MenuItem[] {
  const { id, enabled } = useDestination()
  const { enable } = useSwitches()
  const navigate = useNavigate()
  const remove = useRemove()
  return [
    {
      kind: 'action',
      needs: 'edit',
      label: enabled ? 'Switch off' : 'Switch on',
      icon: enabled ? 'minus' : 'check',
      onSelect: () => enable(!enabled),
    },
    {
      kind: 'action',
      needs: 'edit',
      label: 'Rename',
      icon: 'edit',
      onSelect: () =>
        void navigate({
          to: '/destinations/$destinationId/settings',
          params: { destinationId: id },
          hash: 'name',
        }),
    },
    {
      kind: 'action',
      label: 'Copy its id',
      icon: 'copy',
      onSelect: () =>
        void navigator.clipboard?.writeText(id).then(
          () => toast(`Copied: ${id}`),
          () => toast(`It cannot be copied here. The id is ${id}`, { tone: 'bad' }),
        ),
    },
    { kind: 'line' },
    { kind: 'action', needs: 'edit', label: 'Delete', icon: 'trash', isDanger: true, onSelect: remove },
  ]
}
