import { useData } from 'vitepress'
import theme from 'vitepress/theme-without-fonts'
import { watch } from 'vue'
import './style.css'

/** The documents and the pages of the admin side are light or dark together: theme.js reads what is written here. */
function shareTheme() {
  if (import.meta.env.SSR) return
  watch(
    useData().isDark,
    () => {
      const chosen = localStorage.getItem('vitepress-theme-appearance')
      if (chosen === 'light' || chosen === 'dark') localStorage.setItem('millrace.theme', chosen)
      else localStorage.removeItem('millrace.theme')
    },
    { flush: 'post' },
  )
}

export default { extends: theme, setup: shareTheme }
