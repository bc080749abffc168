import { AppError } from '../../core/errors.ts'
import type { Command } from './command.ts'
import { SHELLS, type Shell } from './remote/completion.ts'

export type CompletionDeps = { readonly script: (shell: Shell) => Promise<string> }

/** Prints what a shell needs to complete the commands. */
export const completion: Command<CompletionDeps> = {
  name: 'completion',
  summary: 'What a shell needs to complete commands and flags: eval "$(millrace completion bash)"',
  usage: 'millrace completion bash|zsh|fish',
  async run({ script }, [given, extra], io) {
    const shell = SHELLS.find((known) => known === given)
    if (shell === undefined || extra !== undefined)
      throw new AppError('OPTION_INVALID', { problem: `say which shell: ${SHELLS.join(', ')}` })
    io.out((await script(shell)).trimEnd())
    return 0
  },
}
