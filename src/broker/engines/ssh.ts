import { randomBytes } from 'node:crypto';
import { resolve } from 'node:path';
import { z } from 'zod';
import { named, text } from '../../domain/yaml-values.ts';
import { readNetworkRange } from '../domain/network-range.ts';
import { reference } from '../domain/reference.ts';
import { denied, Refusal } from '../domain/refusal.ts';
import {
  BackendTrouble,
  ParameterError,
  type Engine,
  type EngineTools,
  type Issued,
  type Mint,
  type PreparedRole,
} from './engine.ts';
import { agentAuthority } from './ssh/agent.ts';
import { keyAuthority, type Authority } from './ssh/authority.ts';
import { certificateLine, encodeCertificate, serialOf } from './ssh/certificate.ts';
import { keyIdOf } from './ssh/key-id.ts';
import { claimsIn, principalFor, principalProblem } from './ssh/principals.ts';
import { readPublicKey, UnfitKey, type SshPublicKey } from './ssh/public-key.ts';
import { revocationList, type RevocationList } from './ssh/revocation-list.ts';

/** https://man.openbsd.org/ssh-keygen#CERTIFICATES, without what only hardware tokens have. */
const extensions = [
  'permit-agent-forwarding',
  'permit-port-forwarding',
  'permit-pty',
  'permit-user-rc',
  'permit-X11-forwarding',
] as const;

const principal = text.superRefine((value, context) => {
  const problem = principalProblem(value);
  if (problem !== undefined) context.addIssue({ code: 'custom', message: problem });
});
const range = text.superRefine((value, context) => {
  const found = readNetworkRange(value);
  if (typeof found === 'string') context.addIssue({ code: 'custom', message: found });
});

const parameters = z.strictObject({
  ca: z.union([reference, z.strictObject({ agent: text, public_key: text })], {
    error: 'write where the key is kept, env:NAME or file:PATH, or { agent: SOCKET, public_key: LINE }',
  }),
  principals: z
    .array(principal)
    .min(1, 'name at least one: without, a certificate is good for every account')
    .max(20),
  source_address: z.array(range).min(1).max(50).optional(),
  force_command: named(/[^\u0000-\u001f\u007f]+/, 'write a command in one line').optional(),
  extensions: z.array(z.enum(extensions)).optional(),
  krl: z.strictObject({ folder: text }).optional(),
});

type Parameters = z.output<typeof parameters>;

const longestSeconds = 86_400;
/** Hosts may have clocks that are behind. */
const backdateMs = 60_000;

/**
 * OpenSSH certificates for the key pair that the job has made: a host that trusts the authority lets in whoever holds
 * the private half, as one of the principals, until the lease ends.
 */
export const ssh: Engine<Parameters> = {
  name: 'ssh',
  promises: ({ krl }) => ({
    minTtlSeconds: 5,
    maxTtlSeconds: longestSeconds,
    ...(krl === undefined
      ? {
          revocability: 'expiry-only',
          revocation: 'impossible without `krl`; the certificate ends by itself',
        }
      : {
          revocability: 'policy',
          revocation: 'its serial stands in the revocation list, and counts where a host has fetched that',
        }),
  }),
  parameters,
  open: (tools) => {
    const list = revocationList(tools.host);
    return {
      prepare: (chosen) => prepareRole(chosen, tools, list),
      revoke: async ({ id, revokeData }) => {
        const { krl, authority, until } = revokeData;
        if (krl === undefined || authority === undefined)
          throw new Error('a certificate cannot be revoked where its role had no `krl`');
        // Whose end is not known was delivered to nobody.
        const end =
          until === undefined ? tools.host.clock.now().getTime() + longestSeconds * 1000 : Number(until);
        list.add(krl, { serial: serialOf(id), until: new Date(end), authority });
        return Promise.resolve();
      },
    };
  },
};

function prepareRole(chosen: Parameters, tools: EngineTools, list: RevocationList): PreparedRole {
  checkClaims(chosen, tools);
  const authority = authorityOf(chosen, tools);
  const folder = chosen.krl === undefined ? undefined : resolve(tools.folder, chosen.krl.folder);
  const problem = (): string | undefined => (folder === undefined ? undefined : folderProblem(folder, tools));
  const missing = problem();
  if (missing !== undefined) throw new ParameterError(['krl', 'folder'], missing);
  let written = folder === undefined;
  return {
    backend: {
      ...(folder !== undefined && { krl: folder, authority: authority.publicKey.blob.toString('base64') }),
    },
    check: async (signal) => {
      const gone = problem();
      if (gone !== undefined) throw new BackendTrouble(gone);
      await authority.check(signal);
    },
    issue: async (mint) => {
      // Before a host may need it, and after a broker that was killed while it wrote.
      if (!written && folder !== undefined) list.write(folder);
      written = true;
      return issue(mint, chosen, authority);
    },
  };
}

function folderProblem(folder: string, { host }: EngineTools): string | undefined {
  try {
    if (host.files.list(folder) !== undefined)
      return host.files.mayWrite(folder)
        ? undefined
        : `the folder ${folder} cannot be written: what is revoked could not be told to hosts; give it to the broker's user`;
  } catch (error) {
    const { code = 'unreadable' } = error as { code?: string };
    return `the folder ${folder} cannot be read (${code}): give one that the broker may read and write`;
  }
  return `the folder ${folder} is not there: make it, for the broker to write in`;
}

async function issue(mint: Mint, chosen: Parameters, authority: Authority): Promise<Issued> {
  const subject = keyOfJob(mint.publicKey);
  const principals = principalsOf(chosen, mint);
  const { type, toSign } = encodeCertificate(
    {
      subject,
      serial: serialOf(mint.leaseId),
      keyId: keyIdOf(mint),
      principals,
      validAfter: new Date(mint.issuedAt.getTime() - backdateMs),
      validBefore: mint.expiresAt,
      forceCommand: chosen.force_command,
      sourceAddresses: chosen.source_address,
      extensions: chosen.extensions ?? [],
    },
    { authority: authority.publicKey, nonce: randomBytes(32) },
  );
  const signature = await authority.sign(toSign, mint.signal);
  return {
    credentials: [
      {
        name: mint.role,
        kind: 'ssh-certificate',
        expiresAt: mint.expiresAt,
        fields: {
          certificate: certificateLine(type, toSign, signature),
          principals: principals.join('\n'),
          caPublicKey: `${authority.publicKey.type} ${authority.publicKey.blob.toString('base64')}`,
        },
      },
    ],
    credentialExpiresAt: mint.expiresAt,
    revokeData: { until: String(mint.expiresAt.getTime()) },
  };
}

function keyOfJob(publicKey: string | undefined): SshPublicKey {
  if (publicKey === undefined)
    throw refused('An SSH certificate is made for a key: the request has no public_key.');
  try {
    return readPublicKey(publicKey);
  } catch (error) {
    throw error instanceof UnfitKey ? refused(error.message) : error;
  }
}

function refused(message: string): Refusal {
  return new Refusal('invalid_authorization_details', message, { reason: 'public-key' });
}

/** All of them or nothing: with a part of its principals a certificate would be another one. @throws Refusal */
function principalsOf(chosen: Parameters, { claims }: Mint): [string, ...string[]] {
  const [first, ...others] = chosen.principals.map((each) => {
    const made = principalFor(each, claims.claims);
    if (made === undefined)
      throw denied(new Error(`the principal ${each} cannot be made of this job’s claims`));
    return made;
  });
  if (first === undefined) throw new Error('a certificate needs a principal');
  return [first, ...others];
}

/** A claim that nobody tells would fail every mint. */
function checkClaims({ principals }: Parameters, { tellsClaim }: EngineTools): void {
  for (const [index, principal] of principals.entries())
    for (const claim of claimsIn(principal))
      if (!tellsClaim(claim))
        throw new ParameterError(['principals', index], `no issuer of this broker tells the claim ${claim}`);
}

function authorityOf({ ca }: Parameters, { secret, folder }: EngineTools): Authority {
  try {
    return typeof ca === 'string'
      ? keyAuthority(secret(ca))
      : agentAuthority(resolve(folder, ca.agent), readPublicKey(ca.public_key));
  } catch (error) {
    if (error instanceof ParameterError || error instanceof UnfitKey)
      throw new ParameterError('ca', error.message);
    throw error;
  }
}
