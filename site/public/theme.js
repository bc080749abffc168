// Before the first paint: what was chosen in the pages of the admin side holds for the documents too.
try {
  const theme = localStorage.getItem('millrace.theme')
  const isChosen = theme === 'light' || theme === 'dark'
  localStorage.setItem('vitepress-theme-appearance', isChosen ? theme : 'auto')
} catch {
  // Storage is closed: the system's choice holds.
}
