import { UserError } from '../model.ts'

const unit: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }

/** A Go duration (`90s`, `1m30s`, `500ms`) or plain seconds in milliseconds; `0` is 0. Throws UserError naming the flag. */
export function duration(flag: string, text: string): number {
  if (/^\d+$/.test(text)) return Number(text) * 1000
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)]
  if (parts.length === 0 || parts.map((part) => part[0]).join('') !== text)
    throw new UserError(
      `invalid argument "${text}" for --${flag}: not a duration`,
      `write it as in --${flag}=90s or --${flag}=2m`,
    )
  return parts.reduce((sum, [, count, name]) => sum + Number(count) * (unit[name ?? ''] ?? 0), 0)
}
