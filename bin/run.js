#!/usr/bin/env node
import { createRequire } from 'node:module'

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
if (major < 22 || (major === 22 && minor < 22)) {
  process.stderr.write(
    `error: svc-debug needs Node 22.22 or newer, and this is ${process.version}\n` +
      'install a newer Node, or put node_modules/.bin of the source tree first in PATH: npm has put one there\n',
  )
  process.exit(2)
}
createRequire(import.meta.url)('../dist/boot.cjs')
