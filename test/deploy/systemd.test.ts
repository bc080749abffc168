// The unit is one that systemd takes; where there is no systemd, it cannot be asked.
import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

const UNIT = fileURLToPath(new URL('../../deploy/systemd/millrace.service', import.meta.url))
const hasSystemd = spawnSync('systemd-analyze', ['--version']).status === 0

test('systemd finds nothing wrong with the unit', {
  skip: hasSystemd ? false : 'systemd-analyze is not here; on Debian: apt-get install systemd',
}, () => {
  const said = execFileSync('systemd-analyze', ['verify', UNIT], { encoding: 'utf8', stdio: 'pipe' })
  assert.equal(said, '')
})
