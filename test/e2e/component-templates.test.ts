/** The templates as GitLab reads them: their inputs, their layout, and shells that understand them. */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parseAllDocuments } from 'yaml';
import { interpolate } from '../support/gitlab/interpolate.ts';
import { makeProject, type Project } from '../support/gitlab/pipeline.ts';
import { publishedTemplate } from '../support/gitlab/place.ts';
import { testWith } from '../support/peers.ts';

const names = ['ephemeral-creds', 'job'] as const;
interface Input {
  readonly type: string;
  readonly description: string;
  readonly regex?: string;
  readonly options?: readonly string[];
  readonly default?: unknown;
}

function inputsOf(name: (typeof names)[number]): [string, Input][] {
  const header = parseAllDocuments(publishedTemplate(name))[0]?.toJS() as {
    spec: { inputs: Record<string, Input> };
  };
  return Object.entries(header.spec.inputs);
}
const texts = names.flatMap((name) => inputsOf(name).filter(([, { type }]) => type === 'string'));

describe('inputs', () => {
  test('are snake_case, with a type and a description, and only keys that every GitLab since 17.0 knows', () => {
    for (const [name, input] of names.flatMap(inputsOf)) {
      expect(name).toMatch(/^[a-z][a-z0-9]*(_[a-z0-9]+)*$/);
      expect(['string', 'boolean', 'array']).toContain(input.type);
      expect(input.description.length).toBeGreaterThan(10);
      expect(['description', 'type', 'options', 'regex', 'default']).toEqual(
        expect.arrayContaining(Object.keys(input)),
      );
    }
  });

  test('have defaults, but for the audience, and the script of a whole job', () => {
    const required = names.map((name) =>
      inputsOf(name)
        .filter(([, input]) => !('default' in input))
        .map(([key]) => key),
    );
    expect(required).toEqual([['audience'], ['audience', 'script']]);
  });

  test.each(texts)('the text %s is held to a pattern or to a list, which its default fits', (_, input) => {
    const fits = (text: string): boolean =>
      input.options?.includes(text) ?? new RegExp(input.regex ?? '').test(text);
    if (input.default !== undefined) expect(fits(input.default as string)).toBe(true);
    for (const bad of [
      'a\nb',
      "a'b",
      'a"; b',
      '$(a)',
      '`a`',
      'https://a.b/$(a)',
      'https://a.b/${X}',
      '$EVIL',
    ])
      expect(fits(bad)).toBe(false);
    expect(input.options ?? /^\^.*\$$/.test(input.regex ?? '')).toBeTruthy();
  });

  test('the line of params is one line, in which a shell sees no words', () => {
    const [, params] = texts.find(([name]) => name === 'params') ?? [];
    expect(new RegExp(params?.regex ?? '').test('{ scope: "a b", times: 3 }')).toBe(true);
    expect(new RegExp(params?.regex ?? '').test('{ a: 1 }\nprovider=sts')).toBe(false);
  });
});

describe('a project with the component', () => {
  let project: Project;
  beforeAll(() => {
    project = makeProject(
      `include: [ { component: "@component/ephemeral-creds@$CI_COMMIT_SHA", inputs: { audience: "https://b.example.com", role: ["A=x y", "it's \\"q\\""] } } ]
use: { extends: .ephemeral-creds, script: ["true"] }
`,
    );
  });
  afterAll(() => {
    project[Symbol.dispose]();
  });

  test('is laid out as the catalogue wants it', () => {
    expect(readdirSync('gitlab-component').sort()).toEqual(['.gitlab-ci.yml', 'README.md', 'templates']);
    expect(readdirSync('gitlab-component/templates').sort()).toEqual([
      'ephemeral-creds.yml',
      'gate.yml',
      'job.yml',
    ]);
  });

  testWith(
    ['bash'],
    'passes GitLab’s own schema, with arrays as JSON and nothing else that is variable',
    async () => {
      const { status, log } = await project.run('--preview');
      expect(status).toBe(0);
      expect(log).toContain('role=["A=x y","it\'s \\"q\\""]');
      expect(log).toMatch(/id_tokens:\s+EPHEMERAL_CREDS_ID_TOKEN:\s+aud: https:\/\/b\.example\.com/);
      expect(log).not.toContain('$[[');
    },
  );

  testWith(['bash'], 'that breaks the schema is told so, so the check above means something', async () => {
    using broken = makeProject('use: { script: ["true"], id_tokens: { A: { aud: 1 } } }\n');
    expect((await broken.run('--preview')).status).toBe(1);
  });

  testWith(['bash'], 'is refused with inputs that are none', async () => {
    const wrong = [
      { audience: '$EVIL' },
      { audience: 'https://b.example.com', provider: 'nobody' },
      { audience: 'https://b.example.com', role: 'not a list' },
      { audience: 'https://b.example.com', broker_url: "https://b'; id; '" },
      {},
    ];
    for (const inputs of wrong) {
      using refused = makeProject(
        `include: [ { component: "@component/ephemeral-creds@$CI_COMMIT_SHA", inputs: ${JSON.stringify(inputs)} } ]\nuse: { extends: .ephemeral-creds, script: ["true"] }\n`,
      );
      expect((await refused.run('--preview')).status).toBe(1);
    }
  });
});

describe('its shell', () => {
  const given = { audience: 'https://b.example.com', role: ['a', 'b'], script: ['true'] };
  const jobs = names.map((name) => Object.values(interpolate(publishedTemplate(name), given))[0] ?? {});

  test('sets no variable of a job that a pipeline could outrank, but a timeout', () => {
    for (const job of jobs)
      expect(Object.keys(job['variables'] as object)).toEqual(['RUNNER_SCRIPT_TIMEOUT']);
  });

  test('is plain ASCII, and its first line, which GitLab shows, has nothing that a shell reads', () => {
    for (const key of ['before_script', 'after_script'])
      for (const job of jobs) {
        const [text = ''] = job[key] as string[];
        expect(text).toMatch(/^# ephemeral-creds [\w.-]+: [a-z ,-]+\n/);
        expect(text).toMatch(/^[\n -~]*$/);
      }
  });

  for (const shell of [['bash'], ['dash'], ['busybox', 'ash']] as const)
    testWith([shell[0]], `is understood by ${shell.join(' ')}`, () => {
      for (const job of jobs)
        for (const key of ['before_script', 'after_script']) {
          const input = (job[key] as string[]).join('\n');
          const run = spawnSync(shell[0], [...shell.slice(1), '-n'], { input, encoding: 'utf8' });
          expect(run.stderr).toBe('');
          expect(run.status).toBe(0);
        }
    });
});
