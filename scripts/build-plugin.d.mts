/** The text of each script for pages, by name. */
export function buildScripts(): Promise<ReadonlyMap<string, string>>
