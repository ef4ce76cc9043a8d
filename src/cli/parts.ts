import type { Plan, Session, SessionOptions } from '../collect/session.ts'
import type { Bundle, Report } from '../model.ts'
import type { Format } from '../report/render.ts'
import type { Style } from '../report/style.ts'
import type { Choose } from './consent.ts'
import type { Trace } from './options.ts'
import type { MakeSpinner } from './progress.ts'

export interface Engine {
  readBundle(path: string): Promise<Bundle>
  writeBundle(bundle: Bundle, path: string): Promise<void>
  diagnose(bundle: Bundle): Report
  render(report: Report, format: Format, style: Style): string
  planText(plan: Plan, format: Format): string
  traceText(bundle: Bundle, trace: Trace, style: Style): string
}

/** The parts of the command that are loaded when they are needed and not before; tests put their own in. */
export interface Parts {
  engine(): Promise<Engine>
  openSession(options: SessionOptions): Promise<Session>
  spinner: MakeSpinner
  choose: Choose
}
