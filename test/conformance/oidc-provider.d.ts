// The part of `oidc-provider` that a token-exchange grant needs; the package carries no types.
declare module 'oidc-provider' {
  import type { IncomingMessage, ServerResponse } from 'node:http';

  export interface IssuedToken {
    readonly expiration: number;
    readonly tokenType: string;
    aud?: string;
    save(): Promise<string>;
  }

  interface GrantContext {
    readonly oidc: {
      readonly params: Readonly<Record<string, string | undefined>>;
      readonly client: object;
      entity(name: string, value: unknown): void;
    };
    body: unknown;
  }

  export class Provider {
    constructor(issuer: string, configuration: object);
    readonly ClientCredentials: {
      new (properties: object): IssuedToken;
      find(value: string): Promise<IssuedToken | undefined>;
    };
    registerGrantType(
      name: string,
      handler: (ctx: GrantContext) => Promise<void>,
      parameters: readonly string[],
      repeatable?: readonly string[],
    ): void;
    callback(): (request: IncomingMessage, response: ServerResponse) => void;
  }

  export const errors: Readonly<
    Record<'InvalidGrant' | 'InvalidTarget' | 'InvalidRequest', new (description: string) => Error>
  >;
}
