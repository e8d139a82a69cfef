import type { Secret } from './secret.ts';

/** `secret`: hidden in every rendering. `masked`: an identifier that is hidden from logs. `?`: may be absent. */
export type FieldRule = 'plain' | 'plain?' | 'masked' | 'secret';

/**
 * The kinds of credentials and their fields (PROTOCOL.md, Kinds). Data: the wire's codec, the masks, the exporters
 * and the action's outputs are all derived from this table.
 */
export const kinds = {
  'aws-session': {
    accessKeyId: 'masked',
    secretAccessKey: 'secret',
    sessionToken: 'secret',
    region: 'plain?',
    account: 'plain?',
  },
  'bearer-token': { token: 'secret', header: 'plain?' },
  'github-token': { token: 'secret', apiUrl: 'plain' },
  'vault-token': { token: 'secret', address: 'plain', namespace: 'plain?' },
  'basic-login': { username: 'plain', password: 'secret' },
  'postgres-login': {
    host: 'plain',
    port: 'plain',
    database: 'plain',
    username: 'plain',
    password: 'secret',
    caCertificate: 'plain?',
  },
  'mysql-login': {
    host: 'plain',
    port: 'plain',
    database: 'plain',
    username: 'plain',
    password: 'secret',
    caCertificate: 'plain?',
  },
  'ssh-certificate': { certificate: 'plain', principals: 'plain', caPublicKey: 'plain?' },
  'x509-certificate': { certificateChain: 'plain', caCertificates: 'plain' },
  'kubernetes-token': { server: 'plain', token: 'secret', caCertificate: 'plain', namespace: 'plain?' },
  'gcp-token': { token: 'secret', project: 'plain?' },
  'azure-token': { token: 'secret', tenant: 'plain', resource: 'plain' },
  'registry-login': { registry: 'plain', username: 'plain', password: 'secret' },
} as const satisfies Record<string, Record<string, FieldRule>>;

export type FixedKind = keyof typeof kinds;

type FieldValue<Rule> = Rule extends 'secret' | 'masked' ? Secret : string;
type Fields<Rules> = {
  readonly [F in keyof Rules as Rules[F] extends 'plain?' ? never : F]: FieldValue<Rules[F]>;
} & { readonly [F in keyof Rules as Rules[F] extends 'plain?' ? F : never]?: string };

/** A credential always says when it ends; which fields it has follows from its kind. */
export type Credential =
  | {
      [K in FixedKind]: CredentialBase & { readonly kind: K; readonly fields: Fields<(typeof kinds)[K]> };
    }[FixedKind]
  | FreeCredential;

interface CredentialBase {
  /** Name within the lease, chosen by the broker; for people, never a variable's name. */
  readonly name: string;
  readonly expiresAt: Date;
}

/** The kind `fields`: names and values that only the workflow can give a place. */
export type FreeCredential = CredentialBase & {
  readonly kind: 'fields';
  readonly fields: Readonly<Record<string, Secret | string>>;
};

export type CredentialOf<K extends Credential['kind']> = Extract<Credential, { kind: K }>;
