import { fileURLToPath } from 'node:url'
import type { Configuration } from '../core/configuration.ts'
import { ownPaths, USUAL_PATHS } from '../core/page-paths.ts'
import type { ServerConfig } from './config.ts'
import type { Check } from './http/health-routes.ts'
import { type LiveConfiguration, liveConfiguration } from './live-configuration.ts'
import type { PageDeps } from './pages/page-routes.ts'
import { BUILD_COMMAND, pluginFiles } from './pages/plugin-files.ts'
import { vendorBuild } from './pages/vendor-builds.ts'

/** What pages load, for the sources that run in pages. */
export function pageDeps(
  { publicUrl, pagePath }: ServerConfig,
  { pageSourceOf }: LiveConfiguration,
): PageDeps {
  return {
    sourceOf: pageSourceOf,
    builds: { customerio: vendorBuild('customerio'), segment: vendorBuild('segment') },
    plugins: pluginFiles(PLUGIN_FOLDER),
    publicUrl,
    ownPaths: pagePath === undefined ? undefined : ownPaths(pagePath),
  }
}

/** The folders that take events. */
export function eventFolders({ pagePath }: ServerConfig): readonly string[] {
  const { events } = USUAL_PATHS
  return pagePath === undefined ? [events] : [events, pagePath + events, ownPaths(pagePath).events]
}

/** Said by `/readyz` where a page needs one of our scripts; events are taken without it too. */
export function pluginNote({ plugins }: PageDeps, live: LiveConfiguration): Record<string, Check> {
  if (!live.needsPlugin()) return {}
  return {
    plugin: plugins.isBuilt
      ? { ok: true, text: 'The scripts for pages are built.' }
      : { ok: false, text: NOT_BUILT },
  }
}

/** What `validate` warns of: a page needs one of our scripts, and none is built. */
export function pluginProblem(configuration: Configuration): string | undefined {
  return liveConfiguration(configuration).needsPlugin() && !pluginFiles(PLUGIN_FOLDER).isBuilt
    ? NOT_BUILT
    : undefined
}

const NOT_BUILT = `The scripts for pages are not built, so pages load none of what their destinations need: run "${BUILD_COMMAND}".`

/** In the package's folder: one further up from the built files. */
const PLUGIN_FOLDER = fileURLToPath(
  new URL(import.meta.url.endsWith('.ts') ? '../plugin/dist' : '../../plugin/dist', import.meta.url),
)
