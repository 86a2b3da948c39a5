// Writes FILE.br and FILE.gz beside each file of `dist` that gets smaller, so that the gateway
// never compresses anything itself.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const dist = new URL("dist", import.meta.url).pathname;
const best = { params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY } };
let total = 0;

for (const entry of readdirSync(dist, { recursive: true, withFileTypes: true })) {
  if (!entry.isFile() || /\.(br|gz|png|woff2)$/.test(entry.name)) continue;
  const path = join(entry.parentPath, entry.name);
  const bytes = readFileSync(path);
  const [br, gz] = [brotliCompressSync(bytes, best), gzipSync(bytes, { level: 9 })];
  if (gz.length >= bytes.length) continue;
  writeFileSync(`${path}.br`, br);
  writeFileSync(`${path}.gz`, gz);
  total += br.length;
  console.log(`${path.slice(dist.length + 1)}: ${br.length} B br, ${gz.length} B gz`);
}
console.log(`all: ${total} B br`);
