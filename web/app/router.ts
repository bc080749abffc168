import { createRouter } from '@tanstack/react-router'
import { routeStates, routeTree } from './routes.tsx'

export const router = createRouter({
  routeTree,
  ...routeStates,
  defaultPreload: 'intent',
  defaultPendingMs: 150,
  scrollRestoration: true,
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
