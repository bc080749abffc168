import { type PagePaths, USUAL_PATHS, withWriteKey } from './page-paths.ts'

export type SnippetOptions = {
  /** The address by which pages reach the server, with its scheme: `https://events.example.com`. */
  readonly host: string
  readonly writeKey: string
  /** The usual ones when left out. */
  readonly paths?: PagePaths
}

/** What a person puts into a site: a snippet for each vendor's library, and the way with npm. */
export type Snippets = {
  readonly customerio: string
  readonly segment: string
  readonly npmCustomerio: string
  readonly npmSegment: string
}

/**
 * What makes `cioanalytics` and `analytics` in a page, with nothing changed but the host. The loader is what both
 * vendors' builds expect of one: a queue with the methods' names, `_writeKey`, `_loadOptions`, `_cdn` and the global's
 * name as an attribute of the script.
 * https://docs.customer.io/integrations/data-in/connections/javascript/ and
 * https://segment.com/docs/connections/sources/catalog/libraries/website/javascript/quickstart/
 */
export function snippets({ host, writeKey, paths = USUAL_PATHS }: SnippetOptions): Snippets {
  const cdn = host.replace(/\/+$/, '') + paths.prefix
  const build = (path: string) => host.replace(/\/+$/, '') + withWriteKey(path, writeKey)
  return {
    customerio: loader({
      global: 'cioanalytics',
      attribute: 'data-global-customerio-analytics-key',
      src: build(paths.customerioBuild),
      cdn,
      writeKey,
    }),
    segment: loader({
      global: 'analytics',
      attribute: 'data-global-segment-analytics-key',
      src: build(paths.segmentBuild),
      cdn,
      writeKey,
    }),
    npmCustomerio: npm('cioanalytics', '@customerio/cdp-analytics-browser', { host, cdn, writeKey, paths }),
    npmSegment: npm('analytics', '@segment/analytics-next', { host, cdn, writeKey, paths }),
  }
}

/** Calls that may be made before the library is there. */
const METHODS =
  'trackSubmit trackClick trackLink trackForm pageview identify reset group track ready alias debug page screen once off on addSourceMiddleware addIntegrationMiddleware setAnonymousId addDestinationMiddleware register'

/** The version of the vendors' loader whose contract this one keeps. */
const SNIPPET_VERSION = '4.15.3'

function loader(given: {
  readonly global: string
  readonly attribute: string
  readonly src: string
  readonly cdn: string
  readonly writeKey: string
}): string {
  const [global, attribute, src, cdn, writeKey] = [
    given.global,
    given.attribute,
    given.src,
    given.cdn,
    given.writeKey,
  ].map(scriptText)
  return `<script>
!function(name){
  var queue=window[name]=window[name]||[];
  if(queue.initialize)return;
  if(queue.invoked){window.console&&console.error&&console.error("Snippet included twice.");return}
  queue.invoked=true;
  queue.methods="${METHODS}".split(" ");
  queue.factory=function(method){return function(){
    queue.push([method].concat([].slice.call(arguments)));
    return queue
  }};
  queue.methods.forEach(function(method){queue[method]=queue.factory(method)});
  queue.load=function(writeKey,options){
    var script=document.createElement("script"),first=document.getElementsByTagName("script")[0];
    script.async=true;
    script.setAttribute(${attribute},name);
    script.src=${src};
    first.parentNode.insertBefore(script,first);
    queue._writeKey=writeKey;
    queue._loadOptions=options
  };
  queue._cdn=${cdn};
  queue.SNIPPET_VERSION="${SNIPPET_VERSION}";
  queue.load(${writeKey});
  queue.page()
}(${global});
</script>`
}

function npm(
  name: string,
  from: string,
  {
    host,
    cdn,
    writeKey,
    paths,
  }: { readonly host: string; readonly cdn: string; readonly writeKey: string; readonly paths: PagePaths },
): string {
  const [from_, key, cdnURL] = [from, writeKey, cdn].map((text) => quoted(text))
  const head = `// npm install ${from}
import { AnalyticsBrowser } from ${from_}
`
  if (paths.prefix === '') {
    return `${head}
export const ${name} = AnalyticsBrowser.load({ writeKey: ${key}, cdnURL: ${cdnURL} })`
  }
  // The library itself would ask for its settings at the usual address, below the prefix; calls made meanwhile wait.
  const settings = quoted(host.replace(/\/+$/, '') + withWriteKey(paths.settings, writeKey))
  return `${head}
export const ${name} = new AnalyticsBrowser()
fetch(${settings})
  .then((answer) => answer.json())
  .then((cdnSettings) => ${name}.load({ writeKey: ${key}, cdnURL: ${cdnURL}, cdnSettings }))
  .catch(console.error)`
}

/** A text in a script inside HTML: `</script>` must not end it. */
function scriptText(text: string): string {
  return JSON.stringify(text).replaceAll('<', '\\u003c')
}

function quoted(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&')}'`
}
