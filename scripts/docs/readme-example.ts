import { relative } from 'node:path'
import { readBundle } from '../../src/bundle.ts'
import { diagnose } from '../../src/diagnose.ts'
import { render } from '../../src/report/render.ts'
import { preferredRecording } from '../start/preferred-recording.ts'
import { recordings } from '../start/recordings.ts'

/** The example of the README: a recorded incident as the command reports it. Throws where none is recorded. */
export async function readmeExample(root: string): Promise<string> {
  const path = recordings(root).get(preferredRecording)
  if (!path)
    throw new Error(
      `test/scenarios/${preferredRecording} has no recorded run; record it with 'node test/cluster/play.ts --record'`,
    )
  const report = render(diagnose(await readBundle(path)), 'text', {
    width: 110,
    color: false,
    ascii: false,
    boxes: false,
  })
  return `\`\`\`\n$ kubectl svc-debug --from ${relative(root, path)}\n${report}\`\`\`\n`
}
