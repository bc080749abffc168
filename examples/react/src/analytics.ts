import { AnalyticsBrowser } from '@customerio/cdp-analytics-browser'

/** One for the whole app. Only the address and the write key are ours; those of "npm start" when none is given. */
export const analytics = AnalyticsBrowser.load({
  writeKey: 'dev-website-key',
  cdnURL: import.meta.env['VITE_MILLRACE'] ?? 'http://127.0.0.1:4000',
})
