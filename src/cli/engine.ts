/** Everything but the command line itself. A chunk of its own in the built command, so that `--help` does not load it. */
export { readBundle, writeBundle } from '../bundle.ts'
export { openSession } from '../collect/collect.ts'
export { diagnose } from '../diagnose.ts'
export { render } from '../report/render.ts'
export { planText } from './plan-text.ts'
export { traceText } from './trace-text.ts'
