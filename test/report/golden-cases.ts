import { render } from '../../src/report/render.ts'
import type { Style } from '../../src/report/style.ts'
import { faulty, healthy, undetermined } from './sample.ts'

const pipe: Style = { width: 80, color: false, ascii: false, boxes: false }
const terminal: Style = { width: 100, color: true, ascii: false, boxes: true }

/** File name under `goldens/` → what the report must look like there. */
export const goldenCases: Record<string, () => string> = {
  'faulty-pipe.txt': () => render(faulty, 'text', pipe),
  'faulty-terminal.txt': () => render(faulty, 'text', terminal),
  'faulty-ascii.txt': () => render(faulty, 'text', { ...pipe, ascii: true, boxes: true, width: 120 }),
  'faulty-narrow.txt': () => render(faulty, 'text', { ...pipe, width: 48 }),
  'faulty-wide.txt': () => render(faulty, 'wide', pipe),
  'healthy-pipe.txt': () => render(healthy, 'text', pipe),
  'undetermined-pipe.txt': () => render(undetermined, 'text', pipe),
  'faulty-json.txt': () => render(faulty, 'json', pipe),
  'faulty-yaml.txt': () => render(faulty, 'yaml', pipe),
}
