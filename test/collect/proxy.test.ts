import assert from 'node:assert/strict'
import { proxyFromEnvironment } from '../../src/collect/proxy.ts'

const cases: [server: string, env: NodeJS.ProcessEnv, proxy: string | undefined][] = [
  ['https://api.example.com:6443', { HTTPS_PROXY: 'http://p:3128' }, 'http://p:3128'],
  ['https://api.example.com', { https_proxy: 'p:3128' }, 'http://p:3128'],
  ['https://api.example.com', { HTTP_PROXY: 'http://p:3128' }, undefined],
  ['http://api.example.com', { HTTP_PROXY: 'http://p:3128' }, 'http://p:3128'],
  ['https://127.0.0.1:6443', { HTTPS_PROXY: 'http://p' }, undefined],
  ['https://localhost:6443', { HTTPS_PROXY: 'http://p' }, undefined],
  ['https://[::1]:6443', { HTTPS_PROXY: 'http://p' }, undefined],
  ['https://10.1.2.3:6443', { HTTPS_PROXY: 'http://p', NO_PROXY: '10.0.0.0/8' }, undefined],
  ['https://11.1.2.3:6443', { HTTPS_PROXY: 'http://p', NO_PROXY: '10.0.0.0/8' }, 'http://p'],
  ['https://[fd00::5]:6443', { HTTPS_PROXY: 'http://p', NO_PROXY: 'fd00::/8' }, undefined],
  ['https://10.1.2.3', { HTTPS_PROXY: 'http://p', no_proxy: '10.1.2.3' }, undefined],
  ['https://api.example.com', { HTTPS_PROXY: 'http://p', NO_PROXY: 'x, EXAMPLE.com' }, undefined],
  ['https://example.com', { HTTPS_PROXY: 'http://p', NO_PROXY: '.example.com' }, 'http://p'],
  ['https://a.example.com', { HTTPS_PROXY: 'http://p', NO_PROXY: '*.example.com' }, undefined],
  ['https://notexample.com', { HTTPS_PROXY: 'http://p', NO_PROXY: 'example.com' }, 'http://p'],
  ['https://a.example.com:6443', { HTTPS_PROXY: 'http://p', NO_PROXY: 'example.com:6443' }, undefined],
  ['https://a.example.com:6443', { HTTPS_PROXY: 'http://p', NO_PROXY: 'example.com:443' }, 'http://p'],
  ['https://a.example.com', { HTTPS_PROXY: 'http://p', NO_PROXY: '*' }, undefined],
  ['https://a.example.com', {}, undefined],
]

describe('proxy from the environment', () => {
  for (const [server, env, proxy] of cases) {
    it(`for ${server} with ${JSON.stringify(env)} is ${proxy ?? 'none'}`, () => {
      assert.equal(proxyFromEnvironment(server, env), proxy)
    })
  }
})
