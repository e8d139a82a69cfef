// What an exporter refuses before anything is borrowed, over the registry: what is certain to fail, and nothing else.
import { describe, expect, test } from '@jest/globals';
import { findRoute, foresee } from '../../src/commands/delivery.ts';
import type { Lease, Prospect } from '../../src/domain/lease.ts';
import type { Exporter } from '../../src/exporters/exporter.ts';
import { exporters } from '../../src/exporters/registry.ts';
import { fc } from '../support/property.ts';
import { placeOf } from '../support/exporters.ts';
import { credentialOf, everyKind, leaseOf, sshKey } from '../support/credentials.ts';
import { failureOf } from '../support/scan.ts';

const all = await Promise.all(Object.values(exporters).map((load) => load()));
type Settings = Readonly<Record<string, string>>;

const leases: readonly Lease[] = everyKind.flatMap((kind) => {
  const credential = credentialOf(kind, 'part');
  return [
    leaseOf([credential], { role: `role-${kind}` }),
    leaseOf([credential], { role: `other-${kind}`, prefix: 'DB' }),
  ];
});

/** How much is known of it: nothing, its kind, or its fields. */
function prospectOf({ role, prefix, credentials }: Lease, known: 'nothing' | 'kind' | 'fields'): Prospect {
  const request = { role, ...(prefix === undefined ? {} : { prefix }) };
  if (known === 'nothing') return request;
  const coming = credentials.map(({ name, kind, fields }) =>
    known === 'kind' ? { name, kind } : { name, kind, fields: Object.keys(fields) },
  );
  return { ...request, credentials: coming };
}

function refuses(deed: () => void): boolean {
  try {
    deed();
    return false;
  } catch (error) {
    expect(error).toMatchObject({ name: 'CredsError' });
    return true;
  }
}

const fields = ['token', 'password', 'access_key_id', 'accessKeyId', 'api-key', 'project', 'nothing'];

/** What a line may say, most of it of what is borrowed. */
function settingsFor(name: string, lent: readonly Lease[]): fc.Arbitrary<Settings> {
  const owners = [
    '',
    '',
    'DB.',
    'DB.part.',
    'nobody.',
    ...lent.flatMap(({ role }) => [`${role}.`, `${role}.part.`]),
  ];
  const owner = fc.constantFrom(...owners);
  const known = lent.flatMap(({ credentials }) => credentials.flatMap((each) => Object.keys(each.fields)));
  const path = fc.tuple(owner, fc.constantFrom(...fields, ...known)).map(([who, field]) => who + field);
  if (name === 'env' || name === 'file')
    return fc.dictionary(fc.constantFrom('ONE', 'TWO'), path, {
      minKeys: name === 'file' ? 1 : 0,
      maxKeys: 2,
    });
  const from = owner.map((who) => (who === '' ? {} : { from: who.slice(0, -1) }));
  const place = fc.constantFrom({}, { url: 'https://registry.example.com' });
  return fc.oneof(
    fc.tuple(from, place).map(([one, other]) => ({ ...one, ...other })),
    fc.constant({}),
  );
}

describe.each(all.map((exporter) => [exporter.name, exporter] as const))('%s', (name, exporter: Exporter) => {
  test('what it refuses before, it could not have packed', () => {
    const lent = fc.uniqueArray(fc.constantFrom(...leases), { minLength: 1, maxLength: 3 });
    const known = fc.constantFrom('nothing', 'kind', 'fields');
    const cases = lent.chain((chosen) => fc.tuple(fc.constant(chosen), settingsFor(name, chosen)));
    let packed = 0;
    fc.assert(
      fc.property(cases, known, ([chosen, said], how) => {
        const prospects = chosen.map((lease) => prospectOf(lease, how));
        const before = refuses(() => exporter.foresee?.(prospects, said));
        const loans = chosen.flatMap((lease) =>
          lease.credentials.map((credential) => ({ lease, credential })),
        );
        const packs = !refuses(() => {
          exporter.check(said);
          exporter.pack(loans, placeOf({ settings: said, sshKey }));
        });
        if (packs) packed++;
        expect(before && packs).toBe(false);
      }),
      { numRuns: 1000 },
    );
    // Its settings are of another kind altogether.
    if (name !== 'gcp-adc') expect(packed).toBeGreaterThan(0);
  });
});

const prospects: readonly Prospect[] = [
  { role: 'app-ro', prefix: 'DB' },
  {
    role: 'arn:aws:iam::123456789012:role/deploy',
    prefix: 'AWS',
    credentials: [{ name: 'aws', kind: 'aws-session' }],
  },
  { role: 'kv/data/ci', credentials: [{ name: 'kv/data/ci', kind: 'fields', fields: ['key', 'API_KEY'] }] },
];

async function ahead(line: string, coming = prospects): Promise<unknown> {
  const [exporter = '', ...words] = line.split(' ');
  const said = Object.fromEntries(words.map((word) => word.split('=') as [string, string]));
  const route = await findRoute({ exporter, settings: said });
  return failureOf(() => {
    foresee([route], coming);
  });
}

test.each([
  'env URL=DB.url',
  'env URL=app-ro.part.url',
  'env KEY=AWS.access_key_id',
  'env KEY=AWS.aws.accessKeyId',
  'env KEY=kv/data/ci.key',
  'env KEY=kv/data/ci.API_KEY',
  'env ACCOUNT=AWS.account',
  'env KEY=key',
  'file CHAIN=DB.certificate_chain',
  'netrc from=DB',
  'pypirc from=app-ro.index',
])('lets through what may be: %s', async (line) => {
  // `failureOf` itself tells when nothing was thrown.
  await expect(ahead(line)).rejects.toThrow();
});

test.each([
  ['env URL=D.url', /URL of a role that is not borrowed \(did you mean `DB`\?\); there are `DB`, `app-ro`/],
  ['env URL=app.url', /URL of a role that is not borrowed/],
  ['env KEY=AWS.gcp.token', /KEY of a role that is not borrowed/],
  ['env KEY=AWS.token', /KEY from a field that is not lent; there are `access_key_id`/],
  ['env KEY=kv/data/ci.token', /KEY from a field that is not lent; there are `key`, `API_KEY`/],
  ['file CHAIN=nobody.certificate_chain', /`file` CHAIN of a role that is not borrowed/],
  ['netrc from=nobody', /`netrc` `from` with a role that is not borrowed/],
  ['npmrc from=AWS', /`npmrc` nothing to write: it takes registry-login/],
  ['pypirc from=DBX', /did you mean `DB`/],
  ['docker-config from=nobody', /`docker-config` `from` with a role that is not borrowed/],
  ['git-credential from=nobody', /`git-credential` `from` with a role that is not borrowed/],
])('refuses before anything is sent: %s', async (line, message) => {
  const error = await ahead(line);
  expect(error).toMatchObject({ code: 'input-invalid' });
  expect(String(error)).toMatch(message);
});

const aws: Prospect = { role: 'deploy', credentials: [{ name: 'aws', kind: 'aws-session' }] };

test.each([
  ['kubeconfig', [aws]],
  ['pgpass', [aws]],
  ['gcp-adc provider=projects/1/locations/global/workloadIdentityPools/p/providers/o token-file=/t', [aws]],
  ['aws-profile', [{ role: 'a', credentials: [{ name: 'gcp', kind: 'gcp-token' }] }]],
  ['env', [{ role: 'a', credentials: [{ name: 'a', kind: 'fields' }] }]],
  ['auto', [{ role: 'a', credentials: [{ name: 'a', kind: 'fields' }] }]],
  ['env KEY=access_key_id', [aws, { ...aws, role: 'other' }]],
] as const)('refuses a form for nothing that comes: %s', async (line, coming) => {
  expect(await ahead(line, coming)).toMatchObject({ code: 'input-invalid' });
});
