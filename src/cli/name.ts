/** The plugin's name in krew, its command line, and its link on PATH; one place, in case it must change. */
export const plugin = { name: 'svc-debug', usage: 'kubectl svc-debug', link: 'kubectl-svc_debug' } as const
