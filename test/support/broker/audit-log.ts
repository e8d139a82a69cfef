/** Audit logs in memory, written by the broker's own chains with real keys. */
import { generateKeyPairSync } from 'node:crypto';
import { fingerprintEvent, type Position } from '../../../src/broker/audit/attested-event.ts';
import { makeAuditKey, type AuditKey } from '../../../src/broker/audit/audit-key.ts';
import type { AuditReport } from '../../../src/broker/audit/audit-report.ts';
import { AuditChain } from '../../../src/broker/audit/chain.ts';
import { LogCheck } from '../../../src/broker/audit/check-log.ts';
import { signTogether } from '../../../src/broker/audit/event-signature.ts';
import { findEnding } from '../../../src/broker/audit/log-ending.ts';
import { logLines } from '../../../src/broker/audit/log-lines.ts';
import { auditRecord, type AuditRecord } from '../../../src/broker/audit/ocsf.ts';
import { SigningKeys } from '../../../src/broker/audit/signing-keys.ts';
import type { AuditEvent } from '../../../src/broker/domain/audit-event.ts';

const authority = 'https://broker.example.com';

export function newAuditKey(): AuditKey {
  const { privateKey } = generateKeyPairSync('ed25519');
  return makeAuditKey(privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
}

export function record(message: string, detail?: AuditEvent['detail']): AuditRecord {
  const event: AuditEvent = { name: 'lease', outcome: 'success', message, requestId: 'req_1' };
  return auditRecord(detail === undefined ? event : { ...event, detail }, new Date('2026-11-20T12:00:00Z'));
}

/** Lines of one write, without their ends, signed by whatever key. @param places where each of the events is to stand */
export function linesOf(
  contents: readonly AuditRecord[],
  places: readonly Position[],
  key: AuditKey,
): string[] {
  const events = contents.flatMap((content, index) => {
    const place = places[index];
    return place === undefined ? [] : [fingerprintEvent(content, place)];
  });
  const digests = events.map(({ digest }) => digest);
  return signTogether(digests, key).map((signed, index) => events[index]?.line(signed).trimEnd() ?? '');
}

/** A file whose next writes may fail, before anything of them is there, in the middle, or after all of it. */
export class LogFile {
  text = '';
  writes = 0;
  fails: number | undefined;

  append(lines: string): Promise<void> {
    this.writes += 1;
    const begin = this.text === '' || this.text.endsWith('\n') ? '' : '\n';
    if (this.fails === undefined) {
      this.text += begin + lines;
      return Promise.resolve();
    }
    const cut = (begin + lines).slice(0, this.fails);
    this.text += cut;
    return Promise.reject(new Error('no space left on device'));
  }

  /** What a new process writes with: it goes on from what it finds. */
  open(key: AuditKey, kind: 'file' | 'stdout' = 'file'): AuditChain {
    const sink = { kind, write: (lines: string) => this.append(lines), close: () => Promise.resolve() };
    const found = kind === 'file' ? findEnding(Buffer.from(this.text)) : {};
    return new AuditChain(sink, { key, authority, found });
  }

  get lines(): string[] {
    return this.text.split('\n').slice(0, -1);
  }
}

/** Two processes one after the other, of which the first was killed and the second ended as it should. */
export async function twoProcesses(key: AuditKey): Promise<LogFile> {
  const file = new LogFile();
  const first = file.open(key);
  await first.write([record('broker started')]);
  await first.write([record('lease intent', { role: 'déploiement', ttl: 900 }), record('lease active')]);
  const second = file.open(key);
  await second.write([record('broker started')]);
  for (const message of ['lease revoking', 'lease revoked']) await second.write([record(message)]);
  await second.close(record('broker stopped'));
  return file;
}

export interface CheckOptions {
  readonly published?: readonly unknown[];
  readonly allowGaps?: boolean;
}

export async function check(log: string | Uint8Array, options: CheckOptions = {}): Promise<AuditReport> {
  const checking = new LogCheck(new SigningKeys(options.published), options.allowGaps ?? false);
  async function* chunks(): AsyncGenerator<Uint8Array> {
    await Promise.resolve();
    yield Buffer.from(log as string);
  }
  for await (const line of logLines(chunks())) checking.add(line);
  return checking.end();
}
