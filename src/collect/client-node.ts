/** The parts of @kubernetes/client-node that are used, by deep import: the package's index costs 300 ms of start-up. Import this file lazily. */
export { KubeConfig } from '@kubernetes/client-node/dist/config.js'
export { Exec } from '@kubernetes/client-node/dist/exec.js'
export { WebSocketHandler } from '@kubernetes/client-node/dist/web-socket-handler.js'
