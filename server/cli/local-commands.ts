import { admin } from './admin.ts'
import { apply } from './apply.ts'
import { audit } from './audit.ts'
import { backup, restore } from './backup.ts'
import { check } from './check.ts'
import type { Command } from './command.ts'
import { compactCommand } from './compact.ts'
import { completion } from './completion.ts'
import { exportCommand } from './export.ts'
import { importCommand } from './import.ts'
import { mcp } from './mcp.ts'
import { migrate } from './migrate.ts'
import { person } from './person.ts'
import { plan } from './plan.ts'
import { replay } from './replay.ts'
import { schema } from './schema.ts'
import { secrets } from './secrets.ts'
import { dev, start } from './start.ts'
import { token } from './token.ts'
import { validate } from './validate.ts'
import { verify } from './verify.ts'

/** The commands beside the table of verbs, in the order in which help shows them. */
export const LOCAL_COMMANDS: readonly Pick<Command<never>, 'name' | 'summary' | 'usage'>[] = [
  ...[start, dev, validate, exportCommand, plan, apply, check, schema, admin, token, audit],
  ...[backup, restore, compactCommand, migrate, secrets, importCommand, replay, person, verify],
  ...[mcp, completion],
]
