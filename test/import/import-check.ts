// The proof for imports, on the real processes: `npm run import-check -- --events 1000000`. The import is killed twice and the
// server once; then each event must be at the sandbox once, in order for each person, with its own time.
import { parseArgs } from 'node:util'
import { checkImport } from './check-import.ts'

/** 300 MB. */
const MIB_MAX = 286

const { values } = parseArgs({ options: { events: { type: 'string', default: '100000' } } })
const events = Number(values.events)
const figures = await checkImport({
  ...{ events, killsAt: [0.25, 0.6], isServerKilled: true, flags: [] },
  say: (line) => process.stdout.write(`${line}\n`),
})
const { import_ms, delivered_ms, importer_mib, server_mib, duplicates } = figures
const perSecond = (ms: number) => Math.round((events * 1_000) / ms)
process.stdout.write(
  `${events} at the sandbox, each once, in order and with its time; ${duplicates} were sent twice and dropped. ` +
    `${perSecond(import_ms)}/s imported, ${perSecond(delivered_ms)}/s delivered, with three kills. ` +
    `At most ${importer_mib} MiB in the import, ${server_mib} MiB in the server.\n`,
)
if (importer_mib > MIB_MAX || server_mib > MIB_MAX) {
  process.stdout.write(`More than ${MIB_MAX} MiB.\n`)
  process.exitCode = 1
}
