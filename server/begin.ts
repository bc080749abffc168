#!/usr/bin/env node
// What the package is begun by. What runs for long replaces its process before anything else is loaded: docs/adr/0025-memory.md.
import { beThriftyProcess, isLong } from './thrifty-process.ts'

if (isLong(process.argv[2])) beThriftyProcess()
await import('./main.ts')
