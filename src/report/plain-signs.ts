const plain: Record<string, string> = {
  '→': '->',
  '←': '<-',
  '↔': '<->',
  '…': '...',
  '–': '-',
  '—': '-',
  '×': 'x',
  '≥': '>=',
  '≤': '<=',
  '≠': '!=',
  '·': '*',
  '“': '"',
  '”': '"',
  '‘': "'",
  '’': "'",
}

/** Typographic signs of our own sentences in ASCII, for `--ascii`. Names from the cluster keep their letters. */
export function plainSigns(text: string): string {
  return text.replace(/[→←↔…–—×≥≤≠·“”‘’]/g, (sign) => plain[sign] ?? sign)
}
