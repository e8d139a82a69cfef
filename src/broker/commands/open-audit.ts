import { CredsError } from '../../domain/errors.ts';
import { isObject } from '../../protocol/json.ts';
import { makeAuditKey, type AuditKey, type AuditPublicJwk } from '../audit/audit-key.ts';
import { AuditChain } from '../audit/chain.ts';
import { fileSink } from '../audit/file-sink.ts';
import { findEnding, type Found } from '../audit/log-ending.ts';
import { punctualSink } from '../audit/punctual-sink.ts';
import type { AuditSink } from '../audit/sink.ts';
import { stdoutSink } from '../audit/stdout-sink.ts';
import { auditTrail, type AuditTrail } from '../audit/trail.ts';
import type { AppendLog, BrokerHost } from '../domain/outside.ts';
import { openOwnKey } from './own-key.ts';
import type { Settings } from './settings.ts';

/** The audit log, open. */
export interface OpenedAudit {
  readonly trail: AuditTrail;
  readonly publicJwk: AuditPublicJwk;
  /** Files whose last line is none of an audit log: somebody was at them. */
  readonly strange: readonly string[];
}

/**
 * Opens every sink; each goes on from the event at which it ended.
 * @throws CredsError `input-invalid`
 */
export async function openAudit(
  settings: Settings,
  host: BrokerHost,
  measured: (sink: AuditSink) => AuditSink = (sink) => sink,
): Promise<OpenedAudit> {
  const key = await openAuditKey(settings, host);
  const chains: AuditChain[] = [];
  const optional = new Set<AuditChain>();
  const strange: string[] = [];
  const begin = (sink: AuditSink, found: Found, required: boolean): void => {
    const chain = new AuditChain(measured(punctualSink(sink, host.clock)), {
      key,
      authority: settings.publicUrls[0],
      found,
    });
    chains.push(chain);
    if (!required) optional.add(chain);
  };
  for (const { to, required } of settings.audit) {
    if (to === 'stdout') {
      begin(stdoutSink(host.write), {}, required);
      continue;
    }
    const log = await openLog(host, to.file);
    const found = findEnding(await log.ending());
    if (found.unreadable === true) strange.push(to.file);
    begin(fileSink(log), found, required);
  }
  return { trail: auditTrail(chains, host.clock, optional), publicJwk: key.publicJwk, strange };
}

/** Reads the audit key; the first start makes one. @throws CredsError `input-invalid` */
export function openAuditKey(settings: Settings, host: BrokerHost): Promise<AuditKey> {
  const wanted = { name: 'audit key', setting: 'audit_key', wanted: 'an Ed25519 private key' };
  return openOwnKey(host, { ...wanted, path: settings.auditKeyPath }, makeAuditKey);
}

async function openLog(host: BrokerHost, path: string): Promise<AppendLog> {
  try {
    return await host.files.openLog(path);
  } catch (cause) {
    if (isObject(cause) && cause['code'] === 'EBUSY')
      throw new CredsError('input-invalid', `Another broker writes to the audit file ${path}.`, {
        cause,
        hint: 'Stop it, or name a file of this broker’s own in `audit`: the lines of two would break each other’s chain.',
      });
    throw new CredsError('input-invalid', `The audit file ${path} cannot be opened.`, {
      cause,
      hint: 'Check that its folder exists and that the broker may write there.',
    });
  }
}
