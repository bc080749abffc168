import { COMMON_FLAGS } from './read-call.ts'
import type { Verb } from './verb.ts'

export const SHELLS = ['bash', 'zsh', 'fish'] as const
export type Shell = (typeof SHELLS)[number]
/** What is completed of one command: `sources add`, or of one without parts: `start`. */
export type Completed = {
  readonly name: string
  readonly summary: string
  readonly flags: readonly string[]
  /** What may follow a flag: `--kind`. */
  readonly values: Readonly<Record<string, readonly string[]>>
}
type Local = { readonly name: string; readonly summary: string; readonly usage: string }

/** Verbs, and the commands beside them, whose flags stand in their usage; `more` are flags that do not. */
export function completedOf(
  verbs: readonly Verb[],
  locals: readonly Local[],
  more: Readonly<Record<string, readonly string[]>>,
): readonly Completed[] {
  return [
    ...verbs.map(({ name, summary, flags = {} }) => {
      const all = { ...flags, ...COMMON_FLAGS }
      const values = Object.entries(all).flatMap(([flag, { choices }]) =>
        choices === undefined ? [] : [[`--${flag}`, choices] as const],
      )
      const names = Object.keys(all).map((flag) => `--${flag}`)
      return { name, summary, flags: names, values: Object.fromEntries(values) }
    }),
    ...locals
      .filter(({ name }) => !verbs.some((verb) => verb.name.split(' ', 1)[0] === name))
      .map(({ name, summary, usage }) => ({
        ...{ name, summary, values: {} },
        flags: [...new Set([...(usage.match(/--[a-z][a-z-]*/g) ?? []), ...(more[name] ?? [])])],
      })),
  ]
}

/** A script for a shell to read: `eval "$(millrace completion bash)"`. */
export function completionScript(shell: Shell, all: readonly Completed[]): string {
  switch (shell) {
    case 'bash':
      return bash(all)
    case 'zsh':
      // zsh reads scripts of bash for completion: https://zsh.sourceforge.io/Doc/Release/Completion-System.html
      return `autoload -U +X compinit && compinit\nautoload -U +X bashcompinit && bashcompinit\n${bash(all)}`
    case 'fish':
      return fish(all)
  }
}

/** The words that may come after those before: names of commands, then of their parts. */
function nextWords(all: readonly Completed[]): ReadonlyMap<string, readonly string[]> {
  const next = new Map<string, Set<string>>()
  for (const { name } of all) {
    const words = name.split(' ')
    for (const [at, word] of words.entries()) {
      const before = words.slice(0, at).join(' ')
      next.set(before, (next.get(before) ?? new Set()).add(word))
    }
  }
  return new Map([...next].map(([before, words]) => [before, [...words].sort()]))
}

function bash(all: readonly Completed[]): string {
  const words = [...nextWords(all)].map(([before, next]) => `    '${before}') words='${next.join(' ')}' ;;`)
  const flags = all.map(({ name, flags }) => `    '${name}') flags='${flags.join(' ')}' ;;`)
  const values = all.flatMap(({ name, values }) =>
    Object.entries(values).map(([flag, of]) => `    '${name} ${flag}') words='${of.join(' ')}' ;;`),
  )
  return `_millrace() {
  local current="\${COMP_WORDS[COMP_CWORD]}" last="\${COMP_WORDS[COMP_CWORD-1]}" said='' words='' flags='' at
  for ((at = 1; at < COMP_CWORD; at++)); do
    case "\${COMP_WORDS[at]}" in -*) break ;; esac
    if [ "$at" -le 2 ]; then said="\${said:+$said }\${COMP_WORDS[at]}"; fi
  done
  case "$said" in
${flags.join('\n')}
  esac
  if [ -z "$flags" ]; then case "\${said%% *}" in
${flags.filter((line) => !/^ {4}'[^']* /.test(line)).join('\n')}
  esac; [ -z "$flags" ] || said="\${said%% *}"; fi
  case "$said" in
${words.join('\n')}
  esac
  case "$said $last" in
${values.join('\n')}
  esac
  case "$current" in -*) words="$flags" ;; esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _millrace millrace
`
}

function fish(all: readonly Completed[]): string {
  const quoted = (text: string) => `'${text.replaceAll(/['\\]/g, '\\$&')}'`
  const first = nextWords(all).get('') ?? []
  const lines = all.flatMap(({ name, summary, flags, values }) => {
    const [group = '', word] = name.split(' ')
    const isSaid = word === undefined ? [group] : [group, word]
    const when = quoted(isSaid.map((one) => `__fish_seen_subcommand_from ${one}`).join('; and '))
    return [
      ...(word === undefined
        ? []
        : [
            `complete -c millrace -n '__fish_seen_subcommand_from ${group}' -a ${word} -d ${quoted(summary)}`,
          ]),
      ...flags.map((flag) => {
        const of = values[flag] === undefined ? '' : ` -xa ${quoted(values[flag].join(' '))}`
        return `complete -c millrace -n ${when} -l ${flag.slice(2)}${of}`
      }),
    ]
  })
  return `${[`complete -c millrace -f -n __fish_use_subcommand -a ${quoted(first.join(' '))}`, ...lines].join('\n')}\n`
}
