// Runs a k6 script's default function in Node: `node k6_stub.mjs SCRIPT COUNT`, with the environment as __ENV.
// Prints one JSON object: the options, the expected statuses and the requests that the script would send.
// The modules take what k6's documentation says they take, and nothing else: strings and ArrayBuffers.
import { createHmac } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

const { Buffer, process } = globalThis;
const [, , script, count] = process.argv;
const sent = { requests: [], expected: null, options: null, aborted: null };

function bytesOf(data) {
  if (typeof data === 'string') return Buffer.from(data);
  if (data instanceof ArrayBuffer) return Buffer.from(data);
  throw new TypeError(`k6 takes a string or an ArrayBuffer, not ${Object.prototype.toString.call(data)}`);
}

const bodies = new WeakSet();

function encoded(digest, encoding) {
  if (!['hex', 'base64'].includes(encoding)) throw new TypeError(`invalid output encoding: ${encoding}`);
  return digest.toString(encoding);
}

globalThis.k6_stub = {
  http: {
    expectedStatuses: (...statuses) => statuses,
    setResponseCallback: (statuses) => { sent.expected = statuses; },
    request(method, url, body, params) {
      if (bodies.has(body)) throw new Error('a body that was sent before: whoever changes it now changes that one too');
      bodies.add(body);
      for (const value of Object.values(params.headers)) if (typeof value !== 'string') throw new TypeError('a header is a string');
      sent.requests.push({ method, url, body: bytesOf(body).toString('base64'), headers: Object.entries(params.headers), timeout: params.timeout });
    },
  },
  crypto: {
    createHMAC(algorithm, key) {
      const hasher = createHmac(algorithm, bytesOf(key));
      return { update: (data) => { hasher.update(bytesOf(data)); }, digest: (encoding) => encoded(hasher.digest(), encoding) };
    },
  },
  encoding: {
    b64decode(text, variant) {
      if (variant !== 'std') throw new TypeError(`not a variant that is used here: ${variant}`);
      return new Uint8Array(Buffer.from(text, 'base64')).buffer;
    },
  },
  execution: {
    scenario: { iterationInTest: 0 },
    test: { abort: (reason) => { sent.aborted = reason; throw new Error('aborted'); } },
  },
};

const folder = join(dirname(script), 'node_modules/k6');
mkdirSync(folder, { recursive: true });
const modules = {
  http: 'export default globalThis.k6_stub.http;',
  crypto: 'export default globalThis.k6_stub.crypto;',
  encoding: 'export default globalThis.k6_stub.encoding;',
  execution: 'export const { scenario, test } = globalThis.k6_stub.execution;',
};
writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'k6', type: 'module', exports: { './*': './*.js' } }));
for (const [name, text] of Object.entries(modules)) writeFileSync(join(folder, `${name}.js`), text);

const path = pathToFileURL(createRequire(import.meta.url).resolve(script)).href;
globalThis.__ENV = { ...process.env };
// k6 has none of these.
for (const name of ['Buffer', 'process', 'TextEncoder', 'TextDecoder', 'atob', 'btoa', 'fetch', 'crypto', 'structuredClone'])
  delete globalThis[name];
const module = await import(path);
sent.options = module.options;
try {
  for (let i = 0; i < Number(count); i++) {
    globalThis.k6_stub.execution.scenario.iterationInTest = i;
    module.default();
  }
} catch (error) {
  if (!sent.aborted) throw error;
}
process.stdout.write(JSON.stringify(sent));
