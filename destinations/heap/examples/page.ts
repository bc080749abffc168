import type { Json, JsonObject } from '../../../core/event.ts'
import { grouped } from '../cut.ts'
import type { Chapter, Example } from './example.ts'
import { weakPoints } from './others.ts'

/** `docs/heap-examples.md`, from the same table as the tests. */
export function examplesPage(chapters: readonly Chapter[]): string {
  const count = chapters.reduce((sum, { rows }) => sum + rows.length, 0)
  const parts = [
    '# What Heap gets: examples',
    `Written by \`npm run heap-examples\` from the ${count} rows in [destinations/heap/examples](../destinations/heap/examples), each of which is a test. What belongs to every request and item is left out: \`app_id\`, \`timestamp\`, \`idempotency_key\`. The calls of an example are one batch; *before* are calls that have been delivered already; *told* are adjustments; *ends* is what becomes of a call that is not sent. \`x…1,023\` is a letter written so many times. How Heap is set up, and what is not known of it: [README](../destinations/heap/README.md).`,
    ...chapters.flatMap(({ title, text, rows }) => [`## ${title}`, text, ...rows.map(exampleText)]),
    '## What others get wrong',
    'Each with the example above that shows ours, or a test of [others.test.ts](../destinations/heap/others.test.ts).',
    ['| who | what goes wrong | shown by |', '| --- | --- | --- |', ...weakPoints.map(weakPointText)].join(
      '\n',
    ),
  ]
  return `${parts.join('\n\n')}\n`
}

function exampleText(example: Example): string {
  const { title, settings, actions, mapping, before, calls, sends, told, ends } = example
  const lines = [
    ...line('settings', settings),
    ...(actions ?? []).map((name) => `and on   ${name}`),
    ...Object.entries(mapping ?? {}).flatMap(([name, value]) =>
      line('mapping', { [name]: value } as JsonObject),
    ),
    ...runs((before ?? []).map((call) => `before   ${written(call)}`)),
    ...runs(calls.map((call) => `call     ${written(call)}`)),
    ...sends.flatMap(({ to, items }) => [
      `sends    POST ${to}`,
      ...items.map((item) => `         ${written(item)}`),
    ]),
    ...(sends.length === 0 ? ['sends    nothing'] : []),
    ...(told ?? []).map((text) => `told     ${text}`),
    ...(ends ?? []).map((text) => `ends     ${text}`),
  ]
  return `### ${capital(title)}\n\n\`\`\`text\n${lines.join('\n')}\n\`\`\``
}

function line(name: string, value: JsonObject | undefined): string[] {
  return value === undefined || Object.keys(value).length === 0 ? [] : [`${name.padEnd(9)}${written(value)}`]
}

/** The first and the last of more than three. */
function runs(lines: string[]): string[] {
  return lines.length <= 3 ? lines : [lines[0] as string, '         …', lines.at(-1) as string]
}

/** JSON, with a letter that is written many times in short. */
function written(value: Json): string {
  return JSON.stringify(value).replace(/(.{1,5}?)\1{30,}/g, (all, part: string) => {
    return `${part}…${grouped(all.length / part.length)}`
  })
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

function weakPointText({ who, wrong, example, test }: (typeof weakPoints)[number]): string {
  return `| ${who} | ${wrong} | ${example ?? `test: ${test}`} |`
}
