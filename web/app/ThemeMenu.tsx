import type { ReactElement } from 'react'
import type { IconName } from '../ui/Icon.tsx'
import { Icon } from '../ui/Icon.tsx'
import { Menu } from '../ui/Menu.tsx'
import { setTheme, THEMES, type Theme, useTheme } from './theme.ts'

const LOOKS: Readonly<Record<Theme, { readonly label: string; readonly icon: IconName }>> = {
  light: { label: 'Light', icon: 'sun' },
  dark: { label: 'Dark', icon: 'moon' },
  system: { label: 'As the system', icon: 'system' },
}

export function ThemeMenu(): ReactElement {
  const theme = useTheme()
  return (
    <Menu
      trigger={
        <button
          type="button"
          aria-label={`Colours: ${LOOKS[theme].label}`}
          className="inline-flex size-8 shrink-0 items-center justify-center rounded-md text-muted hover:bg-hover hover:text-text"
        >
          <Icon name={LOOKS[theme].icon} />
        </button>
      }
      items={THEMES.map((one) => ({
        kind: 'choice',
        label: LOOKS[one].label,
        isChosen: one === theme,
        onSelect: () => setTheme(one),
      }))}
    />
  )
}
