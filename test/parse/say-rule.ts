import type { Literal, NatTarget, Operand, Rule, SetElement, SetRef, Statement, Verdict } from '../../src/parse/rule.ts'

/** A rule's statements in short words, all of their content included: what tables of expectations are written in. */
export const sayRule = (rule: Rule): string => rule.statements.map(sayStatement).join(' ; ')

const hex = (value: number): string => `0x${value.toString(16)}`

export function sayLiteral(literal: Literal): string {
  if ('text' in literal) return JSON.stringify(literal.text)
  if ('number' in literal) return String(literal.number)
  if ('address' in literal) return literal.address
  if ('prefix' in literal) return literal.prefix
  if ('range' in literal) return literal.range.join('-')
  if ('tuple' in literal) return `(${literal.tuple.map(sayLiteral).join(' . ')})`
  return 'bits' in literal ? literal.bits.join('|') : '*'
}

const sayVerdict = (verdict: Verdict): string => {
  if ('chain' in verdict) return `${verdict.verdict} ${verdict.chain}`
  return 'bypass' in verdict && verdict.bypass ? 'queue bypass' : verdict.verdict
}

export function sayElement({ key, value, nomatch }: SetElement): string {
  const mapped = value === undefined ? '' : ` : ${'verdict' in value ? sayVerdict(value) : sayLiteral(value)}`
  return sayLiteral(key) + mapped + (nomatch ? ' nomatch' : '')
}

function saySet(set: SetRef): string {
  if ('named' in set) return `@${set.named}`
  if ('ipset' in set) return `ipset ${set.ipset} ${set.dirs.join(',')}${set.returnNomatch ? ' return-nomatch' : ''}`
  return `{${set.inline.map(sayElement).join(', ')}}`
}

export function sayOperand(operand: Operand): string {
  if ('field' in operand) {
    const { field, mask, limit, withMark } = operand
    return (
      field +
      (mask === undefined ? '' : `&${hex(mask)}`) +
      (limit ? ` by ${limit}` : '') +
      (withMark ? ' with mark' : '')
    )
  }
  if ('masked' in operand) return `${sayOperand(operand.masked)}&${sayLiteral(operand.by)}`
  if ('concat' in operand) return operand.concat.map(sayOperand).join(' . ')
  if ('literal' in operand) return sayLiteral(operand.literal)
  if ('map' in operand) return `${sayOperand(operand.key)} map ${saySet(operand.map)}`
  const offset = operand.offset ? ` from ${operand.offset}` : ''
  return ('oneOf' in operand ? `one of ${operand.oneOf}` : `hash of ${operand.hash}`) + offset
}

function sayTarget({ address, port, addressAndPort }: NatTarget): string {
  return [
    address && `address ${sayOperand(address)}`,
    port && `port ${sayOperand(port)}`,
    addressAndPort && `both ${sayOperand(addressAndPort)}`,
  ]
    .filter((part) => part !== undefined)
    .join(' ')
}

export function sayStatement(statement: Statement): string {
  switch (statement.do) {
    case 'match': {
      const { right } = statement
      const said = Array.isArray(right) ? right.map(sayLiteral).join(', ') : saySet(right)
      return `${sayOperand(statement.left)} ${statement.op} ${said}`.trim()
    }
    case 'chance':
      return `chance ${Number(statement.probability.toFixed(4))}`
    case 'stateful':
      return `${statement.likely ? 'likely' : 'unlikely'} (${statement.what})`
    case 'verdict':
      return sayVerdict(statement.verdict)
    case 'reject':
      return `reject ${statement.with}`
    case 'vmap':
      return `${sayOperand(statement.key)} vmap ${saySet(statement.map)}`
    case 'dnat':
    case 'snat':
    case 'masquerade':
    case 'redirect': {
      const drawn = 'random' in statement ? ' random' : ''
      return `${`${statement.do} ${sayTarget(statement.to)}`.trim()}${drawn}`
    }
    case 'mark':
    case 'ct-mark':
      return `${statement.do} &~${hex(statement.clear)} ^${hex(statement.set)}`
    case 'save-mark':
    case 'restore-mark':
      return `${statement.do} nf ${hex(statement.nfmask)} ct ${hex(statement.ctmask)}`
    case 'nothing':
      return `nothing (${statement.what})`
    case 'unread':
      return `UNREAD ${statement.text}`
    default:
      return statement.do
  }
}
