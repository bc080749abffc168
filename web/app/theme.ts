import { useStored, writeStored } from '../ui/stored.ts'

export type Theme = 'light' | 'dark' | 'system'
export const THEMES: readonly Theme[] = ['light', 'dark', 'system']

/** web/public/theme.js reads the same before the first paint. */
export function setTheme(theme: Theme): void {
  writeStored('theme', theme === 'system' ? undefined : theme)
  if (theme === 'system') delete document.documentElement.dataset['theme']
  else document.documentElement.dataset['theme'] = theme
}

export function useTheme(): Theme {
  const stored = useStored('theme')
  return stored === 'light' || stored === 'dark' ? stored : 'system'
}
