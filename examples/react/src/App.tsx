import { useEffect, useState } from 'react'
import { analytics } from './analytics.ts'

export function App() {
  const [view, setView] = useState('Home')
  // A page call for each view: the browser does not load a new page.
  useEffect(() => {
    analytics.page(view)
  }, [view])
  return (
    <main>
      <h1>{view}</h1>
      <button type="button" onClick={() => setView(view === 'Home' ? 'Prices' : 'Home')}>
        The other page
      </button>
      <button type="button" onClick={() => analytics.identify('ada', { plan: 'pro' })}>
        I am Ada
      </button>
      <button type="button" onClick={() => analytics.track('Signed Up', { from: 'React app' })}>
        Sign up
      </button>
    </main>
  )
}
