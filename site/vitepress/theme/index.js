import { useData } from 'vitepress'
import theme from 'vitepress/theme-without-fonts'
import { h, watch } from 'vue'
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

/** With a target, so that VitePress leaves it to the browser: it is no document. */
function toTheServer() {
  return h('a', { class: 'to-the-server', href: '/', target: '_self' }, 'To the pages of this server')
}

/** The theme's own has no main landmark. */
function notFound() {
  return h('main', { class: 'not-found vp-doc' }, [
    h('h1', 'There is no document at this address'),
    h('p', [h('a', { href: '/docs/' }, 'To the start of the documents')]),
  ])
}

export default {
  extends: theme,
  Layout: () =>
    h(theme.Layout, null, {
      'not-found': notFound,
      'nav-bar-content-after': toTheServer,
      'nav-screen-content-after': toTheServer,
    }),
  setup: shareTheme,
}
