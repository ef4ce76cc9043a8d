/** A time limit that stands still while a person thinks. */
export interface Stopwatch {
  signal: AbortSignal
  expired(): boolean
  /** Runs `work` without its time being counted. */
  paused<T>(work: () => Promise<T>): Promise<T>
  /** Ends the time at once, with a reason. */
  abort(reason: unknown): void
  stop(): void
}

/** Aborts with `reason()` after `limit` milliseconds of running time. */
export function stopwatch(limit: number, reason: () => Error): Stopwatch {
  const controller = new AbortController()
  let left = limit
  let since = Date.now()
  let over = false
  const expire = () => {
    over = true
    controller.abort(reason())
  }
  let timer: NodeJS.Timeout | undefined = setTimeout(expire, left)
  return {
    signal: controller.signal,
    expired: () => over,
    async paused(work) {
      clearTimeout(timer)
      left -= Date.now() - since
      try {
        return await work()
      } finally {
        since = Date.now()
        if (!controller.signal.aborted) timer = setTimeout(expire, Math.max(0, left))
      }
    },
    abort: (why) => controller.abort(why),
    stop: () => clearTimeout(timer),
  }
}
