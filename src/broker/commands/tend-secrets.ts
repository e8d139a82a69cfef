import type { AuditEvent } from '../domain/audit-event.ts';
import { UnsealError } from '../sealing/sealed-secret.ts';
import type { VersionName, WrappedVersion } from '../store/secret-store.ts';
import type { Broker } from './broker.ts';
import { rotateSecret } from './rotate-secrets.ts';

/**
 * What the broker does about kept secrets by itself: destroys what is past its time of grace, wraps data keys under the
 * first sealing key, and rotates what is due.
 * @returns one round of it
 */
export function tendingSecrets(broker: Broker): () => Promise<void> {
  const told = new Set<string>();
  return async () => {
    await fade(broker);
    await rewrapAll(broker, told);
    await rotateDue(broker);
  };
}

async function fade({ store, leaseTime, audit }: Broker): Promise<void> {
  const gone = await store.secrets.fade(leaseTime.now());
  if (gone.length === 0) return;
  const events = gone.map(({ name, version }): AuditEvent => {
    const message = 'secret version destroyed: its time of grace is over';
    return { name: 'secret', outcome: 'success', message, detail: { secret: name, version } };
  });
  await audit(events).catch(() => undefined);
}

async function rewrapAll(broker: Broker, told: Set<string>): Promise<void> {
  const { store, sealer, audit } = broker;
  const { keyId } = sealer.envelopes;
  if (keyId === undefined) return;
  let done = 0;
  let after: VersionName | undefined;
  for (;;) {
    const page = await store.secrets.wrappedElsewhere(keyId, after);
    for (const each of page) if (await rewrap(broker, each, told)) done += 1;
    after = page.at(-1);
    if (after === undefined) break;
  }
  if (done === 0) return;
  const message = 'data keys of secrets are wrapped by the first sealing key now';
  const detail = { versions: done, sealing_key: keyId };
  await audit([{ name: 'secret', outcome: 'success', message, detail }]).catch(() => undefined);
}

/** What does not open is told once, and stays as it is. */
async function rewrap(broker: Broker, wrapped: WrappedVersion, told: Set<string>): Promise<boolean> {
  const { name, version, envelope } = wrapped;
  const { store, sealer, audit } = broker;
  try {
    const to = await sealer.envelopes.rewrap(envelope, { secret: name, version });
    return await store.secrets.rewrap(wrapped, { from: envelope, to });
  } catch (error) {
    if (!(error instanceof UnsealError)) throw error;
    const key = `${name} ${String(version)} ${error.reason}`;
    if (told.has(key)) return false;
    told.add(key);
    const message = 'a data key cannot be wrapped anew';
    const detail = { secret: name, version, problem: error.message, sealing_key: error.keyId };
    await audit([{ name: 'secret', outcome: 'failure', message, alarm: true, detail }]).catch(
      () => undefined,
    );
    return false;
  }
}

/** What was cut off is done again, too, whoever had asked for it: its origin may have a value that is not here. */
async function rotateDue(broker: Broker): Promise<void> {
  const byProgram = [...broker.secrets.values()].flatMap((secret) => {
    const { rotation } = secret;
    return rotation === undefined ? [] : [{ ...secret, rotation }];
  });
  if (byProgram.length === 0) return;
  const now = broker.leaseTime.now();
  const records = new Map((await broker.store.secrets.list()).map((record) => [record.name, record]));
  const due = byProgram.filter(({ name, rotateAfter = Infinity }) => {
    const record = records.get(name);
    if (record === undefined) return false;
    const { rotatingUntil, readsSince, rotateAt } = record;
    return rotatingUntil === undefined ? readsSince >= rotateAfter && rotateAt <= now : rotatingUntil <= now;
  });
  const all = await Promise.allSettled(
    due.map((secret) =>
      rotateSecret(broker, {
        secret,
        afterReads: secret.rotateAfter,
        graceSeconds: secret.graceSeconds,
        by: secret.rotateAfter === undefined ? 'the broker' : `${String(secret.rotateAfter)} reads`,
      }),
    ),
  );
  const failed = all.find((each) => each.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}
