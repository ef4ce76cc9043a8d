import other from '../hairpin-mark-missing/scenario.ts'
import one from '../large-packets-lost/scenario.ts'
import { compound } from '../verbs.ts'

export default compound('large packets to n2 get lost and a mark is missing on n1', [one, other])
