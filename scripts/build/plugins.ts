import { resolve } from 'node:path'
import type { Plugin } from 'esbuild'
import { chunks } from './chunks.ts'

const root = resolve(import.meta.dirname, '../..')

/** Turns the `import()` of a chunk's entry into a `require` of the chunk. */
export const apart: Plugin = {
  name: 'apart',
  setup(build) {
    const files = new Map(Object.entries(chunks).map(([name, entry]) => [resolve(root, entry), name]))
    build.onResolve({ filter: /^\./ }, (args) => {
      const name = files.get(resolve(args.resolveDir, args.path))
      return args.kind === 'dynamic-import' && name ? { path: `./${name}.cjs`, external: true } : undefined
    })
  },
}

/**
 * Clients that client-node imports at its top and hardly anyone needs (proxies, OIDC, JSONPath: 60 ms of start-up) become
 * stand-ins that load the real one when it is used.
 */
export const lazyClients: Plugin = {
  name: 'lazy-clients',
  setup(build) {
    const shims: Record<string, { classes?: string[]; functions?: string[] }> = {
      undici: {
        classes: ['Agent', 'ProxyAgent', 'Socks5ProxyAgent', 'FormData', 'Headers', 'Response', 'Request'],
        functions: ['fetch', 'setGlobalDispatcher'],
      },
      'socks-proxy-agent': { classes: ['SocksProxyAgent'] },
      hpagent: { classes: ['HttpProxyAgent', 'HttpsProxyAgent'] },
      'jsonpath-plus': { functions: ['JSONPath'] },
    }
    const client = /[/]@kubernetes[/]client-node[/]dist/
    build.onResolve({ filter: /^(undici|socks-proxy-agent|hpagent|jsonpath-plus)$/ }, (args) =>
      args.namespace === 'file' && args.kind === 'import-statement' && client.test(args.importer)
        ? { path: args.path, namespace: 'lazy', pluginData: args.resolveDir }
        : undefined,
    )
    build.onLoad({ filter: /.*/, namespace: 'lazy' }, ({ path, pluginData }) => {
      const { classes = [], functions = [] } = shims[path] ?? {}
      const load = `require(${JSON.stringify(path)})`
      const lines = [
        ...classes.map(
          (name) =>
            `export const ${name} = new Proxy(class {}, { construct: (_, args) => new (${load}).${name}(...args) })`,
        ),
        ...functions.map((name) => `export const ${name} = (...args) => ${load}.${name}(...args)`),
      ]
      return { contents: lines.join('\n'), resolveDir: pluginData as string, loader: 'js' }
    })
  },
}

/** client-node names no `sideEffects`, so esbuild would keep all of its 900 models. */
export const pureClientNode: Plugin = {
  name: 'pure-client-node',
  setup(build) {
    build.onResolve({ filter: /.*/ }, async (args) => {
      if (args.pluginData === 'seen' || args.namespace !== 'file') return undefined
      if (!/@kubernetes[/]client-node/.test(`${args.resolveDir}/${args.path}`)) return undefined
      const { importer, resolveDir, kind } = args
      const found = await build.resolve(args.path, { importer, resolveDir, kind, pluginData: 'seen', with: args.with })
      return found.errors.length === 0 && /client-node[/]dist/.test(found.path)
        ? { ...found, sideEffects: false }
        : undefined
    })
  },
}

/** Parts of oclif that only plugins, discovery and update notices need. */
export const stubs: Plugin = {
  name: 'stubs',
  setup(build) {
    const unused = /^(tinyglobby|minimatch|semver|semver[/].*|cli-spinners|lilconfig|wsl-utils|ejs)$/
    build.onResolve({ filter: unused }, (args) =>
      /[/]@oclif[/]core[/]/.test(args.importer) ? { path: args.path, namespace: 'stub' } : undefined,
    )
    // On a terminal oclif reads the frames of its own spinner at import, though it never starts it here.
    const frames =
      "const still = { frames: [''], interval: 1000 }; module.exports = { line: still, dots2: still, dots: still }"
    build.onLoad({ filter: /.*/, namespace: 'stub' }, ({ path }) => ({
      contents: path === 'cli-spinners' ? frames : 'module.exports = {}',
      loader: 'js',
    }))
  },
}
