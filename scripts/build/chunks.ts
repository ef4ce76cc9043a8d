/**
 * Files of the built command and where each begins. A chunk is loaded by the `import()` of its entry, and only then:
 * `--help` reads `main` alone. What several chunks use is in each of them.
 */
export const chunks: Record<string, string> = {
  main: 'src/index.ts',
  engine: 'src/cli/engine.ts',
  k8s: 'src/collect/client-node.ts',
  ui: 'src/cli/ui.ts',
}
