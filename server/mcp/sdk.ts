// The parts of the protocol's library that are used here. The build makes one file of them and of what they need, so that an
// installation carries half a megabyte and no packages: scripts/bundle-packages.mjs, docs/adr/0032-agents.md.
export { createMcpHandler, ProtocolError, ProtocolErrorCode, Server } from '@modelcontextprotocol/server'
export { serveStdio } from '@modelcontextprotocol/server/stdio'
