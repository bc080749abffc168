// Before the first paint, so that a person who chose dark sees no white flash. web/app/theme.ts writes what is read here.
try {
  const theme = localStorage.getItem('millrace.theme')
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme
} catch {
  // Storage is closed: the system's choice holds.
}
