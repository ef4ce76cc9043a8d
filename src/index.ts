import { main } from './cli/main.ts'
import { realParts } from './cli/real-parts.ts'

const io = { stdin: process.stdin, stdout: process.stdout, stderr: process.stderr, env: process.env }

// No top-level await: the built command is CommonJS.
void main(process.argv.slice(2), io, realParts, process).then((code) => {
  process.exitCode = code
  // After an interruption something that hangs may still hold the process.
  if (code >= 129) process.exit()
})
