import type { Auth } from './auth.ts'
import type { Http } from './http.ts'
import type { Images } from './session.ts'

/** The cluster as one run sees it. */
export interface Cluster {
  http: Http
  auth: Auth
  server: string
  images: Images
  /** Random, a label on every pod of this run. */
  run: string
  /** How many pods were ordered, for their names. */
  pods: { made: number }
  /** Who made the pods, for their annotation. */
  creator: string
  /** Nodes whose kubelet gave no log: further pods there report by status at once. */
  deaf: Set<string>
  signal: AbortSignal
  trace: (level: number, text: string) => void
}
