import variant from '@jitl/quickjs-ng-wasmfile-release-sync'
import {
  newQuickJSWASMModuleFromVariant,
  newVariant,
  type QuickJSContext,
  type QuickJSHandle,
  type QuickJSRuntime,
  type QuickJSSyncVariant,
  type QuickJSWASMModule,
} from 'quickjs-emscripten-core'
import { AppError } from '../../core/errors.ts'
import type { SpecEvent } from '../../core/event.ts'
import { parseTime_ms } from '../../core/timestamp.ts'
import { readTransformed } from '../../core/transform/result.ts'
import type { CompiledTransform, Transformed, Transforms } from '../../core/transform/transform.ts'
import { PRELUDE } from './prelude.ts'
import { readTransform } from './syntax.ts'

/** What the build of the engine begins with, pages of WebAssembly's memory. */
const MEMORY_PAGES_MIN = 256
/**
 * What all transformations of a thread may hold at once: 32 MiB. The engine's own limit counts no bytes in WebAssembly
 * (there is no `malloc_usable_size`), and one bomb would grow the memory to hundreds of megabytes for good.
 */
const MEMORY_PAGES_MAX = 512
const STACK_BYTES_MAX = 262_144
/** The engine asks whether to go on about every 10,000 steps: how often it may. The same on every machine, so a retry ends as the first attempt did. */
const ASKED_MAX = 500
/** For what is slow without taking steps, such as filling the memory: then the machine decides, milliseconds. */
const RUN_MS_MAX = 250
const FILE = 'transform.js'

/** Runs transformations in QuickJS, an engine of its own in WebAssembly: they reach nothing but the event. */
export async function quickjsTransforms(): Promise<Transforms> {
  const wasmMemory = new WebAssembly.Memory({ initial: MEMORY_PAGES_MIN, maximum: MEMORY_PAGES_MAX })
  const bounded = newVariant(variant as unknown as QuickJSSyncVariant, { wasmMemory })
  const engine = await newQuickJSWASMModuleFromVariant(bounded)
  return { compile: (text) => compile(engine, text) }
}

/** A sandbox that a run has broken is thrown away, and the next event gets a new one. */
function compile(engine: QuickJSWASMModule, text: string): CompiledTransform {
  const read = readTransform(text)
  if (!read.ok) throw new AppError('TRANSFORM_INVALID', read.problem)
  const { body } = read
  // What acorn takes and the engine does not is found now, not with the first event.
  let sandbox: Sandbox | undefined = openSandbox(engine, body)

  function run(event: SpecEvent, isTrial: boolean) {
    sandbox ??= openSandbox(engine, body)
    const used = sandbox
    const { result, isSound } = used.run(event, isTrial)
    const lines = isTrial && isSound ? used.lines() : []
    if (!isSound) dispose()
    return { result, lines }
  }
  function dispose(): void {
    sandbox?.dispose()
    sandbox = undefined
  }
  return {
    run: (event) => run(event, false).result,
    trial: (event) => run(event, true),
    dispose,
  }
}

type Sandbox = ReturnType<typeof openSandbox>

function openSandbox(engine: QuickJSWASMModule, body: string) {
  const runtime = engine.newRuntime()
  runtime.setMaxStackSize(STACK_BYTES_MAX)
  const limit = runLimit(runtime)
  const context = runtime.newContext()
  const inside = context.unwrapResult(context.evalCode(PRELUDE, 'prelude.js'))
  const [runIt, linesOf] = [context.getProp(inside, 'run'), context.getProp(inside, 'lines')]
  // On one line with the body's first: places in errors are those of the text.
  const made = context.evalCode(`(function () {'use strict';${body}\n;return transform})`, FILE)
  if (made.error !== undefined) {
    const problem = thrown(context, made.error)
    throw new AppError('TRANSFORM_INVALID', { problem, line: 1, column: 1 })
  }
  const use = context.getProp(inside, 'use')
  context.unwrapResult(context.callFunction(use, inside, made.value)).dispose()
  use.dispose()

  function run(
    event: SpecEvent,
    isTrial: boolean,
  ): { readonly result: Transformed; readonly isSound: boolean } {
    limit.begin()
    const args = [
      context.newString(JSON.stringify(event)),
      context.newNumber(parseTime_ms(event.timestamp) ?? 0),
      context.newNumber(seedOf(event.messageId)),
      isTrial ? context.true : context.false,
    ]
    const called = context.callFunction(runIt, context.undefined, ...args)
    for (const arg of args) arg.dispose()
    if (called.error !== undefined) {
      const problem = thrown(context, called.error)
      const why = limit.why()
      const isSound = why === undefined && !/out of memory|stack overflow/.test(problem)
      return { result: { status: 'failed', problem: why ?? problem }, isSound }
    }
    const json = context.getString(called.value)
    called.value.dispose()
    return { result: readTransformed(event, json), isSound: true }
  }
  return {
    run,
    lines(): readonly string[] {
      const given = context.unwrapResult(context.callFunction(linesOf, context.undefined))
      const lines = JSON.parse(context.getString(given)) as readonly string[]
      given.dispose()
      return lines
    },
    dispose(): void {
      for (const handle of [runIt, linesOf, inside, made.value]) handle.dispose()
      context.dispose()
      runtime.dispose()
    },
  }
}

/** How far a run may go, in steps and, as the last resort, in time. */
function runLimit(runtime: QuickJSRuntime) {
  let asked = 0
  let began_ms = performance.now()
  let problem: string | undefined
  runtime.setInterruptHandler(() => {
    asked += 1
    if (asked > ASKED_MAX) problem = 'ran for too many steps: is there a loop that does not end?'
    else if (performance.now() - began_ms > RUN_MS_MAX) problem = `ran for more than ${RUN_MS_MAX} ms`
    return problem !== undefined
  })
  return {
    begin(): void {
      asked = 0
      began_ms = performance.now()
      problem = undefined
    },
    why: () => problem,
  }
}

function thrown(context: QuickJSContext, error: QuickJSHandle): string {
  const { name, message, stack } = context.dump(error) as Readonly<
    Partial<Record<'name' | 'message' | 'stack', string>>
  >
  error.dispose()
  const text = [name, message].filter((part) => part !== undefined && part !== '').join(': ')
  const line = new RegExp(`${FILE}:(\\d+)`).exec(stack ?? '')?.[1]
  const at = line === undefined ? '' : ` (line ${line})`
  return `threw ${text === '' ? 'something that is no error' : text}${at}`
}

/** FNV-1a, 32 bits: http://www.isthe.com/chongo/tech/comp/fnv/ */
function seedOf(text: string): number {
  let hash = 0x811c9dc5
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193)
  }
  return hash
}
