#!/usr/bin/env node
// What the package is begun by. A server replaces its process before anything else is loaded: docs/adr/0025-memory.md.
import { beThriftyProcess } from './thrifty-process.ts'

if (process.argv[2] === 'start') beThriftyProcess()
await import('./main.ts')
