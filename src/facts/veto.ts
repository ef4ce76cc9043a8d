/** Who refused a write, as the API server itself tells it, and how to make room. */
export interface Veto {
  /** One clause: who refuses what the controller writes. */
  says: string
  fix: string[]
}

/** Reads the refusal out of an API server's answer or a controller's event that repeats it. */
export function vetoOf(message: string, namespace: string): Veto | undefined {
  const [, policy, binding] = /ValidatingAdmissionPolicy '([^']+)' with binding '([^']+)' denied/.exec(message) ?? []
  if (policy && binding)
    return {
      says: `the admission policy ${policy} rejects what the controller writes`,
      fix: [
        `# the admission policy ${policy} rejects what the controller writes: let it except EndpointSlices, or take its binding away:`,
        `kubectl delete validatingadmissionpolicybinding ${binding}`,
      ],
    }
  const [, quota, resource, used, limit] =
    /exceeded quota: (\S+), requested: ([^=,\s]+)=\d+.*?used: [^=,\s]+=(\d+).*?limited: [^=,\s]+=(\d+)/.exec(message) ??
    []
  if (quota && resource)
    return {
      says: `ResourceQuota ${quota} allows ${limit} of ${resource}, and there ${used === '1' ? 'is' : 'are'} ${used} already`,
      fix: [
        `# make room in the quota (its owner may want another number, or no such line at all):`,
        `kubectl -n ${namespace} patch resourcequota ${quota} --type=merge -p '${JSON.stringify({ spec: { hard: { [resource]: String(Number(used) + 10) } } })}'`,
      ],
    }
  const [, webhook, verb, reason] = /webhook "([^"]+)"(?: (denied) the request)?(?:: (.*))?/.exec(message) ?? []
  if (webhook)
    return {
      says: `the admission webhook ${webhook} ${verb ? 'rejects what the controller writes' : 'is asked about what the controller writes and does not answer'}${reason ? ` (${reason.slice(0, 160)})` : ''}`,
      fix: [
        'kubectl get validatingwebhookconfigurations,mutatingwebhookconfigurations -o custom-columns=NAME:.metadata.name,WEBHOOKS:.webhooks[*].name',
        `# let the one with ${webhook} except EndpointSlices (its rules or namespaceSelector)${verb ? '' : ', or bring its server back'}`,
      ],
    }
  return undefined
}
