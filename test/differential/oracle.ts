import type { Agent, Observed } from './agent.ts'
import { applyItems } from './apply.ts'
import type { Config, Probe } from './config.ts'

/** A configuration that stands in the kernel. `close` lets go of its namespaces. */
export class Oracle {
  readonly agent: Agent
  readonly config: Config
  #sport = 40000

  constructor(agent: Agent, config: Config) {
    this.agent = agent
    this.config = config
  }

  /** Builds the namespaces and loads everything. Throws when the kernel refuses the rules. */
  async build(): Promise<void> {
    const { agent, config } = this
    const paths = new Map<string, string>()
    for (const ns of config.spaces) paths.set(ns, await agent.space(ns))
    await applyItems(agent, config, config.network, paths)
    await this.#settle()
    for (const ns of config.spaces) if (ns !== 'sw') agent.watch(ns)
    await Promise.all(config.warm.map((probe) => this.send(probe, 40)))
    await applyItems(agent, config, config.rules, paths)
  }

  /**
   * Waits until the kernel has noticed every carrier (linkwatch) and joined the groups of every IPv6 address (addrconf_dad_work), both in
   * work queues: before, a device that has just come up drops what it is to send, and nobody hears a question for the address.
   */
  async #settle(): Promise<void> {
    const { agent, config } = this
    const isLate = async (ns: string) => {
      const { output } = await agent.run(ns, 'ip -o link; ip -6 -o addr show tentative')
      return output.split('\n').some((line) => /[<,]LOWER_UP[,>].* state (DOWN|LOWERLAYERDOWN) | tentative/.test(line))
    }
    let late = config.spaces
    for (let turn = 0; late.length > 0; turn++) {
      if (turn > 200) throw new Error(`the links of ${late.join(', ')} do not come up`)
      if (turn > 0) await new Promise((done) => setTimeout(done, 50))
      const answers = await Promise.all(late.map(isLate))
      late = late.filter((_, at) => answers[at])
    }
  }

  /** One try of a probe, from a source port of its own. */
  async send(probe: Probe, milliseconds: number): Promise<Observed & { sport: number }> {
    const { from: ns, protocol, source, destination, dport } = probe
    const sport = this.#sport++
    const seen = await this.agent.send({
      ns,
      protocol,
      ...(source ? { source } : {}),
      sport,
      destination,
      dport,
      milliseconds,
    })
    return { ...seen, sport }
  }

  close(): void {
    this.agent.free(this.config.spaces)
  }
}
