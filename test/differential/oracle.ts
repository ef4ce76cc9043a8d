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

  /** Builds the namespaces and loads everything. Throws when the kernel refuses a part of it; `lenient` passes over network items that fail. */
  async build(lenient = false): Promise<void> {
    const { agent, config } = this
    const paths = new Map<string, string>()
    for (const ns of config.spaces) paths.set(ns, await agent.space(ns))
    await applyItems(agent, config, config.network, paths, lenient)
    for (const ns of config.spaces) if (ns !== 'sw') agent.watch(ns)
    await Promise.all(config.warm.map((probe) => this.send(probe, 40)))
    await applyItems(agent, config, config.rules, paths, lenient)
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
