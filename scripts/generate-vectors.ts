// Writes test/vectors/*.json from keys.json and from what is told here, by node:crypto alone.
// `node scripts/generate-vectors.ts`, or with `--check`, which writes nothing and exits 1 naming what is stale.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { auditFile } from './vectors/audit.ts';
import { folder, type Json } from './vectors/by-hand.ts';
import { encryptionFile } from './vectors/encryption.ts';
import { errorsFile } from './vectors/errors.ts';
import { hashesFile } from './vectors/hashes.ts';
import { idTokensFile } from './vectors/id-tokens.ts';
import { proofsFile } from './vectors/proofs.ts';
import { requestsFile } from './vectors/requests.ts';

const files: Readonly<Record<string, () => Json>> = {
  'audit.json': auditFile,
  'encryption.json': encryptionFile,
  'errors.json': errorsFile,
  'hashes.json': hashesFile,
  'id-tokens.json': idTokensFile,
  'proofs.json': proofsFile,
  'requests.json': requestsFile,
};

const style = await resolveConfig(join(folder, 'keys.json'));
const checking = process.argv.includes('--check');
for (const [name, make] of Object.entries(files)) {
  const path = join(folder, name);
  const text = await format(JSON.stringify(make(), undefined, 2), { ...style, filepath: path });
  if (existsSync(path) && readFileSync(path, 'utf8') === text) continue;
  console.log(checking ? `stale: test/vectors/${name}` : `written: test/vectors/${name}`);
  if (checking) process.exitCode = 1;
  else writeFileSync(path, text);
}
