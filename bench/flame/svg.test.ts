import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type CpuProfile, flameSvg, treeOf } from './svg.ts'

const frame = (functionName: string) => ({ functionName, url: 'file:///a/b/c.js', lineNumber: 4 })
const root = { functionName: '(root)', url: '', lineNumber: -1 }
const idle = { functionName: '(idle)', url: '', lineNumber: -1 }
/** Two calls of `read` from one place, one of which calls `parse<T>`; and time in which nothing was done. */
const profile: CpuProfile = {
  nodes: [
    { id: 1, callFrame: root, children: [2, 3, 5] },
    { id: 2, callFrame: frame('read') },
    { id: 3, callFrame: frame('read'), children: [4] },
    { id: 4, callFrame: frame('parse<T>') },
    { id: 5, callFrame: idle },
  ],
  samples: [2, 3, 4, 5],
  timeDeltas: [10, 20, 30, 1_000],
}

test('calls of one function from one place are one frame, and waiting is none', () => {
  const parse = { name: 'parse<T> b/c.js:5', own_us: 30, all_us: 30, inner: [] }
  const read = { name: 'read b/c.js:5', own_us: 30, all_us: 60, inner: [parse] }
  assert.deepEqual(treeOf(profile), { name: 'all', own_us: 0, all_us: 60, inner: [read] })
})

test('a frame is as wide as its part of the time, with names that are safe in XML', () => {
  const svg = flameSvg('path', [{ name: 'main', profile }])
  assert.match(svg, /<title>parse&lt;T&gt; b\/c\.js:5: 50\.0 %<\/title><rect x="0\.0" y="\d+" width="600\.0"/)
  assert.doesNotMatch(svg, /idle|parse<T>/)
})
