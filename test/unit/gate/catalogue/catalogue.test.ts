import { describe, expect, test } from '@jest/globals';
import { catalogueSchema } from '../../../../src/gate/catalogue/catalogue.ts';
import { catalogued, checkout, jobs } from './scene.ts';

const shop = checkout(
  'shop',
  jobs.static('deploy') + jobs.static('again') + jobs.shortLived('plan') + jobs.neither('lint'),
);

describe('the catalogue', () => {
  test('lists each secret once, with all its places, its kind and what to use instead', async () => {
    const found = await catalogued(shop);
    expect(found.secrets).toEqual([
      {
        repository: 'git.example/octo-org/shop',
        platform: 'github-actions',
        name: 'AWS_KEY',
        rules: ['EO101'],
        severity: 'error',
        places: [
          expect.objectContaining({ path: '.github/workflows/ci.yml', line: 7, job: 'deploy' }),
          expect.objectContaining({ path: '.github/workflows/ci.yml', line: 12, job: 'again' }),
        ],
      },
    ]);
    expect(found.kinds).toEqual([
      expect.objectContaining({
        rule: 'EO101',
        secrets: 1,
        places: 2,
        replacement: expect.stringContaining('role'),
      }),
    ]);
    expect(catalogueSchema.parse(found)).toEqual(found);
  });

  test('counts identifiers and lists none', async () => {
    const found = await catalogued(shop);
    expect(found.totals.identifiers).toBe(1);
    expect(JSON.stringify(found)).not.toContain('ROLE');
  });

  test('counts each job once: static, short-lived, both, neither', async () => {
    const found = await catalogued({
      ...shop,
      ...checkout('other', jobs.both('publish') + jobs.borrowing('deploy')),
    });
    expect(found.totals).toMatchObject({
      repositories: 2,
      files: 2,
      jobs: { static: 2, both: 1, shortLived: 2, neither: 1 },
      uses: { static: 3, shortLived: 3 },
      migrated: 40,
    });
    expect(found.repositories.map(({ name, migrated }) => [name, migrated])).toEqual([
      ['git.example/octo-org/other', 50],
      ['git.example/octo-org/shop', 33],
    ]);
  });

  test('what the whole workflow has, each of its jobs has', async () => {
    const head = 'env: { NPM_TOKEN: "${{ secrets.NPM_TOKEN }}" }\n';
    const found = await catalogued(checkout('shop', jobs.neither('a') + jobs.borrowing('b'), head));
    expect(found.totals.jobs).toEqual({ static: 1, both: 1, shortLived: 0, neither: 0 });
  });

  test('no job that uses a credential: nobody can say how far that is', async () => {
    const found = await catalogued(checkout('shop', jobs.neither('lint')));
    expect(found.totals.migrated).toBeUndefined();
    expect(found.complete).toBe(true);
  });

  test('is of all migrated jobs only when none is left', async () => {
    const many = Array.from({ length: 199 }, (_, index) => jobs.borrowing(`j${String(index)}`)).join('');
    expect((await catalogued(checkout('shop', many + jobs.static('last')))).totals.migrated).toBe(99);
    expect((await catalogued(checkout('shop', many))).totals.migrated).toBe(100);
  });

  test('a step that takes a static secret and looks like OIDC is no short-lived use', async () => {
    const login =
      '  a:\n    steps:\n      - uses: azure/login@v3\n        with: { client-id: c, client-secret: "${{ secrets.AZURE_SECRET }}" }\n';
    expect((await catalogued(checkout('shop', login))).totals.jobs).toMatchObject({ static: 1, both: 0 });
  });

  test('an action of the repository that logs in makes its callers short-lived', async () => {
    const call = '  a:\n    steps:\n      - uses: ./.github/actions/login\n';
    const found = await catalogued({
      ...checkout('shop', call),
      'shop/.github/actions/login/action.yml':
        'runs:\n  using: composite\n  steps:\n    - uses: azure/login@v3\n      with: { client-id: c }\n',
    });
    expect(found.totals.jobs).toEqual({ static: 0, both: 0, shortLived: 1, neither: 0 });
  });

  test.each([
    ['a waiver', '2026-12-31', '2026-12-31'],
    ['a waiver that has ended', '2026-11-20', undefined],
  ])('%s is told', async (_, expires, waivedUntil) => {
    const waiver = `waivers:\n  - { rule: EO101, secret: AWS_KEY, owner: platform, reason: r, ticket: SEC-1, expires: ${expires} }\n`;
    const found = await catalogued({ ...shop, 'shop/.ephemeral-creds.yml': waiver });
    expect(found.secrets[0]?.waivedUntil).toBe(waivedUntil);
    expect(found.totals.waived).toBe(waivedUntil === undefined ? 0 : 1);
  });

  test('a repository’s own classification counts, in it and nowhere else', async () => {
    const found = await catalogued({
      ...shop,
      ...checkout('other', jobs.static('deploy')),
      'shop/.ephemeral-creds.yml': 'classification: { AWS_KEY: identifier }\n',
    });
    expect(found.secrets.map(({ repository }) => repository)).toEqual(['git.example/octo-org/other']);
  });

  test('a secret that is written out is told by its place, never by its value', async () => {
    // Put together, so that no scanner finds a token here.
    const token = ['gh', 'p_a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8'].join('');
    const found = await catalogued(
      checkout(
        'shop',
        `  a:\n    steps:\n      - run: gh release list\n        env: { GH_TOKEN: ${token} }\n`,
      ),
    );
    expect(found.secrets).toEqual([
      expect.objectContaining({ rules: ['EO401'], places: [expect.objectContaining({ line: 6 })] }),
    ]);
    expect(found.secrets[0]).not.toHaveProperty('name');
    expect(found.totals.jobs.static).toBe(1);
    expect(JSON.stringify(found)).not.toContain(token);
  });

  test('a job or a step that is named after a secret does not tell it', async () => {
    const token = ['gh', 'p_a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8'].join('');
    const step = `      - name: login ${token}\n        run: npm publish\n        env: { NODE_AUTH_TOKEN: "\${{ secrets.NPM_TOKEN }}" }\n`;
    const found = await catalogued(checkout('shop', `  ${token}:\n    steps:\n${step}`));
    expect(found.secrets).toHaveLength(2);
    expect(JSON.stringify(found)).not.toContain(token);
  });

  test('says in how many places secrets are handed on without their names', async () => {
    const found = await catalogued(
      checkout('shop', '  a:\n    uses: ./.github/workflows/b.yml\n    secrets: inherit\n'),
    );
    expect(found.totals.unnamed).toBe(1);
  });

  test('is the same for the same files, in whatever order they are named', async () => {
    const files = { ...shop, ...checkout('other', jobs.both('publish')) };
    const [one, other] = [
      ['shop', 'other'],
      ['./other', 'shop/', 'shop'],
    ];
    expect(await catalogued(files, { paths: one })).toEqual(await catalogued(files, { paths: other }));
  });
});

describe('jobs of other platforms', () => {
  test.each([
    [
      'GitLab: templates and defaults are parts of jobs',
      '.gitlab-ci.yml',
      '.t:\n  id_tokens: { T: { aud: a } }\na:\n  extends: .t\n  script: [make]\nb:\n  script: [\'psql "$DATABASE_URL"\']\nc:\n  extends: .t\n  script: [\'psql "$DATABASE_URL"\']\nd:\n  script: [make]\n',
      { static: 1, both: 1, shortLived: 1, neither: 1 },
    ],
    [
      'GitLab: the component',
      '.gitlab-ci.yml',
      'a:\n  extends: .ephemeral-creds\n  script: [make]\n',
      { static: 0, both: 0, shortLived: 1, neither: 0 },
    ],
    [
      'CircleCI: steps are parts of jobs',
      '.circleci/config.yml',
      'version: 2.1\njobs:\n  a:\n    steps:\n      - run: make\n      - run: psql "$DATABASE_URL"\n  b:\n    steps:\n      - run: echo "$CIRCLE_OIDC_TOKEN_V2" > t\n',
      { static: 1, both: 0, shortLived: 1, neither: 0 },
    ],
    [
      'Bitbucket: steps are jobs, pipes are parts of them',
      'bitbucket-pipelines.yml',
      'pipelines:\n  default:\n    - step:\n        oidc: true\n        script: [make]\n    - step:\n        script:\n          - make\n          - pipe: atlassian/aws-s3-deploy:1.0.0\n            variables: { AWS_SECRET_ACCESS_KEY: $AWS_SECRET_ACCESS_KEY }\n',
      { static: 1, both: 0, shortLived: 1, neither: 0 },
    ],
    [
      'Buildkite: plugins are parts of steps',
      '.buildkite/pipeline.yml',
      'steps:\n  - command: make\n    plugins:\n      - aws-assume-role-with-web-identity#v1.0.0: { role-arn: r }\n  - command: psql "$DATABASE_URL"\n',
      { static: 1, both: 0, shortLived: 1, neither: 0 },
    ],
  ])('%s', async (_, path, text, expected) => {
    const found = await catalogued({ 'shop/.git/config': '', [`shop/${path}`]: text });
    expect(found.totals.jobs).toEqual(expected);
  });
});
