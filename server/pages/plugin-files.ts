import { readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** What builds the plugins for pages; told wherever they are missing. */
export const BUILD_COMMAND = 'npm run build:plugin'

/**
 * The scripts of our plugins as they were built. `manifest.json` names them: `{"heap-web": "heap-web.4f1c2a.js", …}`.
 * Nothing is there before they have been built.
 */
export function pluginFiles(folder: string) {
  const manifest = readManifest(folder)
  const names = [...manifest.keys()]
  const files = new Set(manifest.values())
  /** Names that say nothing, for pages with paths of their own: the place in the list and the hash. */
  const plain = new Map(names.map((name, index) => [`${index}.${hashOf(manifest.get(name) ?? '')}.js`, name]))

  return {
    isBuilt: names.length > 0,
    /** The file's name as it is to be in an address. */
    fileFor(name: string, isPlain: boolean): string | undefined {
      if (!isPlain) return manifest.get(name)
      return [...plain].find(([, known]) => known === name)?.[0]
    },
    /**
     * The file that an address asks for. A page that was told an older one just before an upgrade gets the one of today,
     * which it may not keep.
     */
    find(file: string): { readonly file: string; readonly isExact: boolean } | undefined {
      const exact = files.has(file) ? file : manifest.get(plain.get(file) ?? '')
      if (exact !== undefined) return { file: exact, isExact: true }
      const [name = ''] = file.split('.')
      const today = manifest.get(/^\d+$/.test(name) ? (names[Number(name)] ?? '') : name)
      return today === undefined ? undefined : { file: today, isExact: false }
    },
    read: (file: string) => readFile(join(folder, file), 'utf8'),
  }
}
export type PluginFiles = ReturnType<typeof pluginFiles>

function readManifest(folder: string): ReadonlyMap<string, string> {
  try {
    const text = readFileSync(join(folder, 'manifest.json'), 'utf8')
    return new Map(Object.entries(JSON.parse(text) as Record<string, string>))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return new Map()
    throw error
  }
}

function hashOf(file: string): string {
  return file.split('.').at(-2) ?? ''
}
