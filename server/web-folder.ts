import { fileURLToPath } from 'node:url'

/** Where the build puts the pages, in the package's folder: one further up from the built files. */
export const WEB_FOLDER = fileURLToPath(
  new URL(import.meta.url.endsWith('.ts') ? '../web/dist' : '../../web/dist', import.meta.url),
)
