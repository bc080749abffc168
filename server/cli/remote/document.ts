import { EXIT_CODES } from './exit-codes.ts'
import { flagHelp, flagUsage } from './help.ts'
import { COMMON_FLAGS, usageOf } from './read-call.ts'
import type { Flag, Verb } from './verb.ts'

type Local = { readonly name: string; readonly summary: string; readonly usage: string }

/** The tables of docs/cli.md, from the commands themselves. */
export function commandDocument(verbs: readonly Verb[], locals: readonly Local[]): string {
  return [
    '## Exit codes',
    '',
    'Of everything that asks a server:',
    '',
    '| code | means |',
    '| --- | --- |',
    ...Object.values(EXIT_CODES).map(([code, means]) => `| ${code} | ${means} |`),
    '',
    '## Flags of every command over the admin API',
    '',
    ...flagLines(COMMON_FLAGS),
    '',
    '## Over the admin API',
    ...verbs.flatMap((verb) => [
      '',
      `### ${verb.name}`,
      '',
      `\`${usageOf(verb)}\``,
      '',
      `${verb.summary}.`,
      ...(verb.flags === undefined ? [] : ['', ...flagLines(verb.flags)]),
    ]),
    '',
    '## On the machine of the server, and others',
    ...locals.flatMap(({ name, summary, usage }) => [
      ...['', `### millrace ${name}`, '', `${summary}.`, '', '```'],
      ...[...usage.split('\n').map((line) => line.trim()), '```'],
    ]),
    '',
  ].join('\n')
}

function flagLines(flags: Readonly<Record<string, Flag>>): readonly string[] {
  return Object.entries(flags).map(
    ([name, flag]) => `- \`${flagUsage(name, flag)}\`: ${flagHelp(flag).replaceAll('|', '\\|')}.`,
  )
}
