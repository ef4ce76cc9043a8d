import { relative } from 'node:path'
import { readBundle } from '../../src/bundle.ts'
import { diagnose } from '../../src/diagnose.ts'
import { render } from '../../src/report/render.ts'
import { preferredRecording } from '../start/preferred-recording.ts'
import { recordings } from '../start/recordings.ts'

/** The example of the README: what the command reports of a recorded incident, up to the checklist. Throws where none is recorded. */
export async function readmeExample(root: string): Promise<string> {
  const path = recordings(root).get(preferredRecording)
  if (!path)
    throw new Error(
      `test/scenarios/${preferredRecording} has no recorded run; 'node test/cluster/play.ts --only ${preferredRecording} --record' makes one`,
    )
  const style = { width: 110, color: false, ascii: false, boxes: false }
  const [answer = ''] = render(diagnose(await readBundle(path)), 'text', style).split('\nChecklist\n')
  return [
    '```',
    `$ kubectl svc-debug --from ${relative(root, path)}`,
    answer.trimEnd(),
    '```',
    '',
    'Below that: the checklist of the ways to a Service, who reached what from where, remarks, and what could not be seen.',
    '',
  ].join('\n')
}
