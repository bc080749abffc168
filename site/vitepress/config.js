// What VitePress makes of the documents. scripts/build-docs.ts lays this beside them, with the navigation.
import { readFileSync } from 'node:fs'
import { createCssVariablesTheme } from 'shiki'

const navigation = JSON.parse(readFileSync(new URL('./navigation.json', import.meta.url), 'utf8'))

export default {
  title: 'Millrace',
  description: 'A self-hosted data pipeline that feeds Heap.',
  base: '/docs/',
  lang: 'en',
  cleanUrls: true,
  // What a page must know of the others is a file then, and no script within the page.
  metaChunk: true,
  // The other way puts a style into the page, which the content security policy does not let through.
  appearance: { disableTransition: false },
  head: [
    ['link', { rel: 'icon', href: '/docs/favicon.svg', type: 'image/svg+xml' }],
    ['script', { src: '/docs/theme.js' }],
  ],
  markdown: {
    // The documents are read on other places too: nothing of VitePress's own, and the anchors that those have.
    html: false,
    attrs: { disable: true },
    anchor: { slugify },
    theme: createCssVariablesTheme({ name: 'millrace', variablePrefix: '--code-', fontStyle: false }),
    codeTransformers: [{ name: 'classes-for-styles', span: classed }],
    config: (md) => {
      md.core.ruler.disable('emoji')
      for (const rule of ['th_open', 'td_open']) md.renderer.rules[rule] = cell
      for (const rule of ['text', 'code_inline'])
        md.renderer.rules[rule] = withoutVue(md.renderer.rules[rule])
    },
  },
  vite: { build: { assetsInlineLimit: 0, reportCompressedSize: false } },
  themeConfig: {
    logo: { src: '/favicon.svg', alt: '', width: 24, height: 24 },
    sidebar: navigation,
    outline: { level: [2, 3], label: 'On this page' },
    search: { provider: 'local' },
  },
}

/** As GitHub does it, and test/tidy.test.ts. */
function slugify(heading) {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-')
}

/** `color:var(--code-token-keyword)` is a class of the style sheet. */
function classed(node) {
  const token = /--code-(?:token-)?([\w-]+)/.exec(node.properties.style ?? '')?.[1]
  delete node.properties.style
  if (token !== undefined && token !== 'foreground') this.addClassToHast(node, `code-${token}`)
}

/** Vue takes what stands in double braces for its own language. */
function withoutVue(render) {
  return (...given) => render(...given).replaceAll('{{', '&#123;&#123;')
}

/** `style="text-align:right"` is a class too, and a heading without words is none. */
function cell(tokens, at, options, _, renderer) {
  const token = tokens[at]
  const side = /text-align:(\w+)/.exec(token.attrGet('style') ?? '')?.[1]
  token.attrs = side === undefined ? token.attrs : [['class', `cell-${side}`]]
  if (token.tag === 'th' && tokens[at + 1].content === '') {
    token.tag = 'td'
    tokens[at + 2].tag = 'td'
  }
  return renderer.renderToken(tokens, at, options)
}
