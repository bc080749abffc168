import type { InlineConfig } from 'vite'

/** What the build of the pages and the server for development share. */
export function webOptions(): Promise<InlineConfig>
