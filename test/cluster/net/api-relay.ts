import { rm } from 'node:fs/promises'
import { daemonPid, startDaemon, stopDaemon } from '../daemon.ts'
import type { LabFiles } from '../lab-files.ts'
import { API_PORT_IN_LAB, netnsName, nodeIp } from '../lab-plan.ts'

/**
 * Opens the one way from the machine into a lab: a port on 127.0.0.1 that leads to the API server. Two relays meet at
 * a Unix socket, whose path is valid in both network namespaces, so no network of the lab is routable from outside.
 */
export async function startApiRelay(lab: string, port: number, files: LabFiles): Promise<void> {
  if ((await daemonPid(files, 'api-inside')) === undefined) await rm(files.apiSocket, { force: true })
  // A closed direction of a connection may stay half-open for as long as a watch or an exec stream needs.
  const socat = ['socat', '-t', '3600']
  await startDaemon(files, 'api-inside', [
    ...['nsenter', `--net=/run/netns/${netnsName(lab, 'switch')}`, '--', ...socat],
    ...[`UNIX-LISTEN:${files.apiSocket},fork,mode=600`, `TCP:${nodeIp('n0')}:${API_PORT_IN_LAB},nodelay`],
  ])
  await startDaemon(files, 'api-outside', [
    ...socat,
    `TCP-LISTEN:${port},bind=127.0.0.1,reuseaddr,fork,nodelay`,
    `UNIX-CONNECT:${files.apiSocket}`,
  ])
}

/** Closes the way to the API server again; connections through it end with their processes. */
export async function stopApiRelay(files: LabFiles): Promise<void> {
  for (const name of ['api-outside', 'api-inside']) await stopDaemon(files, name)
  await rm(files.apiSocket, { force: true })
}
