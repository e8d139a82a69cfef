import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { callAdmin, type AdminServer } from '../broker/admin/call-admin.ts';
import { changedText, secretTable, secretText } from '../broker/admin/secret-report.ts';
import { CredsError } from '../domain/errors.ts';
import { report } from './broker-speech.ts';
import type { SecretTask } from './secret-words.ts';

/** A value, and the end of its line. */
const longest = 16 * 1024 + 2;

/** What operators do about the secrets that a broker keeps. @throws CredsError */
export async function performSecret(server: AdminServer, task: SecretTask, json: boolean): Promise<void> {
  if (task.verb === 'secret-list') {
    const found = await callAdmin(server, { method: 'GET', target: '/admin/secrets' });
    const { secrets } = found;
    await report(json, found, secretTable(Array.isArray(secrets) ? (secrets as unknown[]) : []));
    return;
  }
  const target = `/admin/secrets/${encodeURIComponent(task.name)}`;
  if (task.verb === 'secret-show') {
    const found = await callAdmin(server, { method: 'GET', target });
    await report(json, found, secretText(found));
    return;
  }
  const value = task.act === 'put' ? { value: await valueOfInput(task.name) } : {};
  const body = { ...task.order, ...value };
  const done = await callAdmin(server, { method: 'POST', target: `${target}/${task.act}`, body });
  await report(json, done, changedText(task.act, done));
}

/** Standard input, less the end of its last line. At a terminal it is asked for, and not shown. */
async function valueOfInput(name: string): Promise<string> {
  const text = process.stdin.isTTY ? await asked(name) : await piped();
  const value = text.replace(/\r?\n$/, '');
  if (value !== '') return value;
  throw wrong('Standard input is empty: there is no value to put.');
}

async function asked(name: string): Promise<string> {
  const nowhere = new Writable({
    write: (_chunk, _encoding, done) => {
      done();
    },
  });
  process.stderr.write(`Value of ${name} (it is not shown): `);
  const lines = createInterface({ input: process.stdin, output: nowhere, terminal: true });
  try {
    return await lines.question('');
  } finally {
    lines.close();
    process.stderr.write('\n');
  }
}

async function piped(): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of process.stdin as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > longest) throw wrong('The value is longer than 16384 octets.');
    chunks.push(chunk);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.concat(chunks));
  } catch {
    throw wrong('The value is no text in UTF-8.');
  }
}

function wrong(message: string): CredsError {
  return new CredsError('input-invalid', message, {
    hint: 'Write the value to standard input: `… secret put NAME <file`. What is no text goes in base64.',
  });
}
