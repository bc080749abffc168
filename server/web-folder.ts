import { fileURLToPath } from 'node:url'

/** The package's folder is one further up from the built files. */
const PACKAGE = new URL(import.meta.url.endsWith('.ts') ? '../' : '../../', import.meta.url)

/** Where the build puts the pages. */
export const WEB_FOLDER = fileURLToPath(new URL('web/dist', PACKAGE))
/** Where the build puts the documents. */
export const DOCS_FOLDER = fileURLToPath(new URL('site/dist', PACKAGE))
/** The documents as they are written. */
export const MARKDOWN_FOLDER = fileURLToPath(new URL('docs', PACKAGE))
