import { originOf } from '../domain/origin.ts';
import type { AuditEvent } from '../domain/audit-event.ts';
import type { KeptValue, Mint } from '../engines/engine.ts';
import { UnsealError } from '../sealing/sealed-secret.ts';
import type { ReadVersion, SealedVersion } from '../store/secret-store.ts';
import type { Broker } from './broker.ts';
import type { Judged } from './note-decisions.ts';

/** Why a secret cannot be lent: for operators, in words and facts that hold nothing of it. */
export interface SecretTrouble {
  readonly why: string;
  readonly sealingKey: string | undefined;
}

/**
 * Takes away the roles whose secrets are not there, or cannot be opened. Asked before anything is written: a request
 * that could only fail takes no place of `max_active` and none of a budget.
 */
export async function withSecrets(broker: Broker, judged: readonly Judged[]): Promise<Judged[]> {
  const all: Judged[] = [];
  for (const decision of judged) all.push(await withOwnSecrets(broker, decision));
  return all;
}

async function withOwnSecrets(broker: Broker, decision: Judged): Promise<Judged> {
  if (!decision.allowed) return decision;
  for (const name of decision.terms.secrets ?? []) {
    const trouble = await troubleWith(broker, name);
    if (trouble === undefined) continue;
    const { role, policySet, considered } = decision;
    return { allowed: false, role, policySet, considered, against: { kept: factsOf(name, trouble) } };
  }
  return decision;
}

/** Whether the secret could be lent now; undefined: it could. @throws StoreError */
export async function troubleWith(broker: Broker, name: string): Promise<SecretTrouble | undefined> {
  const found = await broker.store.secrets.current(name);
  if (found === undefined) return missing(name);
  const opened = await tryOpening(broker, found);
  return 'why' in opened ? opened : undefined;
}

/** When the broker starts: which roles it will refuse until an operator has done something. */
export async function noteMissingSecrets(broker: Broker): Promise<void> {
  for (const { terms } of broker.roles.values())
    for (const name of terms.secrets ?? []) {
      const trouble = await troubleWith(broker, name);
      if (trouble === undefined) continue;
      const detail = { role: terms.name, ...factsOf(name, trouble) };
      broker.log.warn(`the role ${terms.name} is refused: the secret ${name}: ${trouble.why}`);
      await broker.audit([notLent(detail)]);
    }
}

function missing(name: string): SecretTrouble {
  return { why: `it is not there: \`secret put ${name}\` brings it`, sealingKey: undefined };
}

function factsOf(name: string, { why, sealingKey }: SecretTrouble): Record<string, string> {
  return { secret: name, problem: why, ...(sealingKey !== undefined && { sealing_key: sealingKey }) };
}

/** The value of one version, or why it does not open. */
export async function tryOpening(
  { sealer }: Pick<Broker, 'sealer'>,
  { name, version, envelope }: SealedVersion,
): Promise<KeptValue | SecretTrouble> {
  try {
    return { value: await sealer.envelopes.open(envelope, { secret: name, version }), version };
  } catch (error) {
    if (!(error instanceof UnsealError)) throw error;
    const why =
      error.reason === 'key-missing'
        ? 'the sealing key that wraps its data key is missing: put it back under `sealing` of broker.yaml'
        : 'what is sealed is damaged, or is not this secret’s: the store was changed by something else than a broker';
    return { why, sealingKey: error.keyId };
  }
}

/**
 * Reads a secret for one lease: counted in the store, and in the audit log before anybody has it.
 * @throws when it cannot be lent; why stands in the audit log
 */
export async function readKept(broker: Broker, name: string, mint: Mint): Promise<KeptValue> {
  const { issuer, claims } = mint.claims;
  const origin = originOf(issuer.origin, claims);
  const { repository, repositoryId } = origin;
  const reader = { issuer: issuer.url, repository, repositoryId };
  const dueAfter = broker.secrets.get(name)?.rotateAfter;
  const found = await broker.store.secrets.read({ name, reader, now: broker.leaseTime.now(), dueAfter });
  const opened = found === undefined ? missing(name) : await tryOpening(broker, found);
  const facts = { secret: name, lease_id: mint.leaseId, role: mint.role, job: mint.job, ...reader };
  if (found === undefined || 'why' in opened) {
    const trouble = 'why' in opened ? opened : missing(name);
    await broker.audit([notLent({ ...facts, ...factsOf(name, trouble) })]);
    throw new Error('a secret cannot be lent');
  }
  const detail = { ...facts, version: found.version, reads_since_change: found.readsSince };
  const event: AuditEvent = { name: 'secret', outcome: 'success', message: 'secret read', detail };
  await broker.audit([event, ...dueNow(broker, found)]);
  broker.meters?.secretReads.inc({ secret: name });
  return opened;
}

function notLent(detail: Readonly<Record<string, unknown>>): AuditEvent {
  return { name: 'secret', outcome: 'failure', message: 'secret cannot be lent', alarm: true, detail };
}

/** Told once: by the read that makes it due, or the first after `rotate_after` was lowered. Where a program rotates it, nobody has to look. */
function dueNow({ secrets }: Broker, { name, readsSince, version, due }: ReadVersion): AuditEvent[] {
  if (!due) return [];
  const byProgram = secrets.get(name)?.rotation !== undefined;
  const message = byProgram
    ? 'secret is due: it was read as often as it may be'
    : 'secret is due: it was read as often as it may be; change it at its origin and put the new value';
  const detail = { secret: name, version, reads_since_change: readsSince };
  return [{ name: 'secret', outcome: 'success', message, alarm: !byProgram, detail }];
}
