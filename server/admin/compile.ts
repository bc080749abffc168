// What compiles the contract's schemas, one file where it is built: scripts/bundle-packages.mjs
export { Compile } from 'typebox/compile'
