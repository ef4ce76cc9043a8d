import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Artifacts } from '../artifacts.ts'
import { startDaemon } from '../daemon.ts'
import type { LabFiles } from '../lab-files.ts'
import { ADDRESSES, netnsName } from '../lab-plan.ts'

/** Names the upstream server answers, all with the external host's address. */
const EXTERNAL_NAMES = ['example.com', 'www.example.com', 'external.example', 'api.example.org']

/**
 * Starts the DNS server that nodes and CoreDNS forward to, on the router's address: it knows a few external names
 * and answers NXDOMAIN to everything else, cluster.local included.
 */
export async function startUpstreamDns(lab: string, files: LabFiles, artifacts: Artifacts): Promise<void> {
  const corefile = join(files.root, 'upstream.Corefile')
  const names = EXTERNAL_NAMES.map((name) => name.replaceAll('.', '\\.')).join('|')
  const lines = [
    '.:53 {',
    `  bind ${ADDRESSES.router}`,
    '  header {',
    '    response set ra',
    '  }',
    '  template IN A . {',
    `    match ^(${names})\\.$`,
    `    answer "{{ .Name }} 60 IN A ${ADDRESSES.external}"`,
    '    fallthrough',
    '  }',
    // An existing name without an address of the asked kind is no NXDOMAIN.
    '  template ANY ANY . {',
    `    match ^(${names})\\.$`,
    '    rcode NOERROR',
    '    fallthrough',
    '  }',
    '  template ANY ANY . {',
    '    rcode NXDOMAIN',
    '  }',
    '  errors',
    '}',
  ]
  await mkdir(files.root, { recursive: true })
  await writeFile(corefile, `${lines.join('\n')}\n`)
  const enter = ['nsenter', `--net=/run/netns/${netnsName(lab, 'switch')}`, '--']
  await startDaemon(files, 'upstream-dns', [...enter, artifacts.corednsPath, '-conf', corefile])
}
