import { dirname } from 'node:path';
import { CredsError } from '../domain/errors.ts';
import type { Host } from '../domain/host.ts';
import type { SshAgentPrograms, SshAgents } from '../domain/ssh-agents.ts';
import type { AgentWish, HeldIdentity, Pointer } from '../exporters/exporter.ts';
import type { Whereabouts } from '../leases/ledger.ts';
import { addIdentity, askIdentities, identitiesIn, isTaken, removeAll } from '../protocol/ssh-agent.ts';

const pidVariable = 'SSH_AGENT_PID';
/** The longest lifetime that its protocol can say, and sleep(1) can wait anywhere: 68 years. */
const mostSeconds = 2 ** 31 - 1;

/** An agent that can be started. */
export interface ReadyAgent {
  /**
   * Starts it, and has it hold each identity until its end. It ends by itself after the last of them.
   * @returns variables for later steps, and what they hold now
   * @throws CredsError `delivery-failed`; what was started is ended like all that was delivered, by the ledger
   */
  hold(identities: readonly HeldIdentity[], socket: string): Promise<Record<string, Pointer>>;
}

/** Finds out whether an agent can be started, before anything is sent. @throws CredsError `input-invalid` */
export async function prepareAgent({ program, instead }: AgentWish, host: Host): Promise<ReadyAgent> {
  const agents = await host.sshAgents?.();
  if (agents === undefined)
    throw new CredsError(
      'input-invalid',
      'The input `export` gives `ssh` an `agent`, and there is none here.',
      {
        hint: 'An agent of this run needs Linux or macOS. Leave `agent` out: `ssh -F "$EPHEMERAL_SSH_CONFIG"` does without.',
      },
    );
  if (!instead && (host.env['SSH_AUTH_SOCK'] ?? '') !== '')
    throw new CredsError('input-invalid', 'The job has an SSH agent already (SSH_AUTH_SOCK).', {
      hint: 'Say `agent=instead` to set SSH_AUTH_SOCK to one of this run in its place, or leave `agent` out.',
    });
  const programs = agents.find(program, host.env['PATH']);
  return {
    hold: (identities, socket) => hold({ identities, socket, programs }, agents, host),
  };
}

interface Order {
  readonly identities: readonly HeldIdentity[];
  readonly socket: string;
  readonly programs: SshAgentPrograms;
}

async function hold(
  { identities, socket, programs }: Order,
  agents: SshAgents,
  host: Host,
): Promise<Record<string, Pointer>> {
  const lives = identities.map(({ endsAt }) => secondsUntil(endsAt, host));
  let pid: number;
  try {
    host.files.makePrivateFolder(dirname(socket));
    pid = await agents.start(programs, { socket, seconds: Math.max(...lives) + 1 });
  } catch (cause) {
    throw failed(`The program ${programs.agent} could not be started as an SSH agent.`, cause);
  }
  for (const [index, identity] of identities.entries()) {
    const question = addIdentity(identity, lives[index] ?? 0);
    const answer = await agents.ask(socket, question).catch((cause: unknown) => {
      throw failed(`The SSH agent ${programs.agent} broke off.`, cause);
    });
    if (!isTaken(answer))
      throw failed(`The SSH agent ${programs.agent} does not take an Ed25519 certificate.`);
  }
  const held = identitiesIn(await agents.ask(socket, askIdentities).catch(() => new Uint8Array()));
  if (held?.join() !== identities.map(blobOf).join())
    throw failed(`The SSH agent ${programs.agent} does not hold what it was given.`);
  return { [pidVariable]: { value: String(pid), after: host.env[pidVariable] ?? '' } };
}

function blobOf({ key, certificate }: HeldIdentity): string | undefined {
  return (certificate ?? key.publicLine).split(' ')[1];
}

function secondsUntil(end: Date, { clock }: Host): number {
  const seconds = Math.floor((end.getTime() - clock.now().getTime()) / 1000);
  if (seconds > 0) return Math.min(seconds, mostSeconds);
  throw new CredsError('credential-unusable', 'An SSH certificate was over before an agent could hold it.');
}

function failed(message: string, cause?: unknown): CredsError {
  return new CredsError('delivery-failed', message, {
    hint: 'It was given back, unless the log says what lives on. An agent has to be OpenSSH’s, 6.5 or later: see `ssh -V`, or name one with `agent-program`.',
    cause,
  });
}

/** Ends the agent that listens at a socket of ours, wherever its variables say. Never throws. */
export async function endAgent(socket: string, { job, host }: Whereabouts): Promise<void> {
  const folder = dirname(socket);
  try {
    const agents = await host.sshAgents?.();
    const ended = await agents?.end(socket);
    if (host.files.list(folder).length > 0) {
      // Below /tmp somebody else may have made it, when ours was gone: what is there is theirs, or where a link leads.
      host.files.makePrivateFolder(folder);
      // In another container than ours its process is not to be seen, but its socket may be.
      if (ended === false) await agents?.ask(socket, removeAll).catch(() => undefined);
      host.files.erase(socket);
    }
    host.files.removeIfEmpty(folder);
  } catch {
    job.tell('warning', 'The SSH agent of this run could not be ended; what it holds ends with the lease.');
  }
}
