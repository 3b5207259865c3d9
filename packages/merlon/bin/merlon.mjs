#!/usr/bin/env node
// The commands live in @merlon/cli, so that the library stays without dependencies. This finds it in the project that
// the command is run in, or says how to get it.
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

let bin
for (const from of [join(process.cwd(), 'package.json'), import.meta.url]) {
  try {
    bin = createRequire(from).resolve('@merlon/cli/bin')
    break
  } catch {
    // Not here; the next place is where this file itself is installed.
  }
}

if (bin === undefined) {
  console.error(
    'merlon: the commands are in a package of their own. Install it:\n\n  npm install --save-dev @merlon/cli\n',
  )
  process.exit(1)
}
await import(pathToFileURL(bin).href)
