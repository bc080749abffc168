import type { QueryClient } from '@tanstack/react-query'
import { createRouter } from '@tanstack/react-router'
import { routeStates, routeTree } from './routes.tsx'

export function makeRouter(client: QueryClient) {
  return createRouter({
    routeTree,
    context: { client },
    ...routeStates,
    defaultPreload: 'intent',
    defaultPendingMs: 150,
    scrollRestoration: true,
    // All that stands in an address is text: a person called 123 is `?person=123`, not `?person=%22123%22`.
    parseSearch: (text) => Object.fromEntries(new URLSearchParams(text)),
    stringifySearch(search) {
      const given = Object.entries(search).filter(([, value]) => value !== undefined)
      const text = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString()
      return text === '' ? '' : `?${text}`
    },
  })
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof makeRouter>
  }
}
