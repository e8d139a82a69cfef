// https://docs.cedarpolicy.com/schema/json-schema.html
import type { SchemaJson, TypeOfAttribute } from '@cedar-policy/cedar-wasm/nodejs';
import type { PlainForm } from '../../domain/claim-form.ts';
import { revocabilities } from '../../domain/lease.ts';
import type { Issuer } from '../domain/issuer.ts';
import type { RoleTerms } from '../domain/role.ts';

/** What guardrails may speak of. */
export interface GuardedWorld {
  readonly issuers: ReadonlyMap<string, Issuer>;
  readonly roles: ReadonlyMap<string, RoleTerms>;
}

/** How the text of an attribute is written; of `file` the first two segments are an owner and a repository. */
export type TextForm = PlainForm | { readonly form: 'file'; readonly root: 'repository' | 'host' };

/** By name, the attributes of a job, or of the context. */
export type Attributes = ReadonlyMap<string, Attribute>;

interface Attribute {
  readonly type: 'String' | 'Long' | 'Boolean' | 'Properties' | 'ipaddr' | 'datetime';
  /** False: a guardrail has to ask for it with `has` first, which validation sees to. */
  readonly required: boolean;
  /** Of texts; undefined: nothing is known of its form. */
  readonly form?: TextForm;
}

/** `github::Job`: each platform’s jobs have the claims of its table. */
export function jobType(platform: string): string {
  return `${platform}::Job`;
}

/** What a job of this platform has: that of which every granted one is certain, and what a token may carry. */
export function jobAttributes(platform: string, { issuers }: GuardedWorld): Attributes {
  const own = [...issuers.values()].filter((issuer) => issuer.platform === platform);
  const urls = own.map(({ url }) => url);
  const found = new Map<string, Attribute>([
    ['issuer', { type: 'String', required: true, form: { form: 'choice', values: urls } }],
  ]);
  for (const { matchable } of own) {
    for (const [name, form] of matchable) {
      switch (form.form) {
        case 'file':
          found.set(form.ref, { type: 'String', required: false, form });
          found.set(form.sha, { type: 'String', required: false, form: { form: 'sha' } });
          break;
        case 'properties':
          found.set(name, { type: 'Properties', required: true });
          break;
        default: {
          // A policy must match these, so whoever is granted something has them.
          const required = own.every((each) => [each.indexClaim, ...each.immutableIds].includes(name));
          found.set(name, { type: typeOf(form), required, form });
        }
      }
    }
  }
  return found;
}

function typeOf({ form }: PlainForm): Attribute['type'] {
  if (form === 'number') return 'Long';
  return form === 'flag' ? 'Boolean' : 'String';
}

/** What is asked for, by whom and when. */
export function contextAttributes({ roles }: GuardedWorld): Attributes {
  const engines = [...new Set([...roles.values()].map(({ engine }) => engine))];
  const choice = (values: readonly string[]): Attribute => ({
    type: 'String',
    required: true,
    form: { form: 'choice', values },
  });
  return new Map<string, Attribute>([
    ['access', choice(['read', 'write'])],
    ['ttl', { type: 'Long', required: true }],
    ['policy', { type: 'String', required: true }],
    ['approval', { type: 'Boolean', required: true }],
    ['engine', choice(engines)],
    ['revocability', choice(revocabilities)],
    ['address', { type: 'ipaddr', required: true }],
    ['now', { type: 'datetime', required: true }],
  ]);
}

/** The schema by which guardrails are validated, and each request that they judge. A role that there is not is an error. */
export function guardrailSchema(world: GuardedWorld): SchemaJson<string> {
  const platforms = [...new Set([...world.issuers.values()].map(({ platform }) => platform))];
  const [first = '', ...others] = world.roles.keys();
  const spaces = platforms.map((platform) => [
    platform,
    { entityTypes: { Job: { shape: record(jobAttributes(platform, world)) } }, actions: {} },
  ]);
  return {
    ...(Object.fromEntries(spaces) as SchemaJson<string>),
    '': {
      entityTypes: { Role: { enum: [first, ...others] } },
      actions: {
        borrow: {
          appliesTo: {
            principalTypes: platforms.map(jobType),
            resourceTypes: ['Role'],
            context: record(contextAttributes(world)),
          },
        },
      },
    },
  };
}

function record(attributes: Attributes): {
  type: 'Record';
  attributes: Record<string, TypeOfAttribute<string>>;
} {
  return {
    type: 'Record',
    attributes: Object.fromEntries(
      [...attributes].map(([name, { type, required }]) => [name, { ...cedarType(type), required }]),
    ),
  };
}

function cedarType(type: Attribute['type']): TypeOfAttribute<string> {
  const text = { type: 'String', required: true } as const;
  switch (type) {
    case 'Properties':
      return { type: 'Set', element: { type: 'Record', attributes: { name: text, value: text } } };
    case 'ipaddr':
    case 'datetime':
      return { type: 'Extension', name: type };
    default:
      return { type };
  }
}
