// Loads the chunks of the built command, from files or from the assets of a single executable. V8's code cache, made by a
// training run at build time, saves a third of the start-up; a cache that V8 refuses (other version, other flags) only
// means that the chunk is compiled as usual.
const fs = require('node:fs')
const path = require('node:path')
const sea = require('node:sea')
const vm = require('node:vm')

const modules = new Map()
const scripts = new Map()
const read = sea.isSea() ? (name) => Buffer.from(sea.getRawAsset(name)) : (name) => fs.readFileSync(path.join(__dirname, name))
const cacheOf = (name) => `${name}.${process.versions.v8}.${process.arch}.cache`

function load(name) {
  const known = modules.get(name)
  if (known) return known.exports
  // esbuild writes ASCII; latin1 is the fastest way to read it.
  const source = `(function(exports,require,module,__filename,__dirname){${read(name).latin1Slice()}\n})`
  let cachedData
  try {
    cachedData = read(cacheOf(name))
  } catch {}
  // The bare name: the cache remembers it, and must not remember the machine that it was made on.
  const script = new vm.Script(source, { filename: name, cachedData })
  const module = { exports: {} }
  scripts.set(name, script)
  modules.set(name, module)
  script.runInThisContext()(module.exports, (id) => (id.startsWith('./') ? load(id.slice(2)) : require(id)), module, path.join(__dirname, name), __dirname)
  return module.exports
}

if (process.env.SVC_DEBUG_TRAIN && !sea.isSea())
  process.on('exit', () => {
    for (const [name, script] of scripts) fs.writeFileSync(path.join(__dirname, cacheOf(name)), script.createCachedData())
  })
load('main.cjs')
