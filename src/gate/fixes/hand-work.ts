import type { Wish } from './fix.ts';
import type { Done, Left } from './fix-text.ts';
import { mapLines } from './written-yaml.ts';

/** What `gate fix` has found, file by file. */
export interface FixedFile {
  readonly path: string;
  readonly before: string;
  readonly after: string;
  readonly done: readonly Done[];
  readonly left: readonly Left[];
  readonly warns: readonly string[];
}

export interface NewPolicy {
  readonly path: string;
  readonly text: string;
  readonly notes: readonly string[];
  /** Another text lies there, and stays. */
  readonly taken: boolean;
}

/** What a person has to do, in the order in which it is done, as Markdown. Empty when there is nothing. */
export function handWork(
  files: readonly FixedFile[],
  policies: readonly NewPolicy[],
  { wish, used }: { readonly wish: Wish; readonly used: ReadonlySet<string> },
): string {
  const done = files.flatMap((file) => file.done);
  const parts = [
    ...(done.length === 0
      ? []
      : [tasks('Before the first run', beforeTasks(files, policies, wish)), brokerRoles(done)]),
    byHand(files),
    tasks(
      'What the gate then warns of',
      files.flatMap(({ warns }) => warns),
    ),
    ...(done.length === 0 ? [] : [tasks('Afterwards', afterTasks(done, used))]),
  ];
  return parts.join('');
}

function beforeTasks(files: readonly FixedFile[], policies: readonly NewPolicy[], wish: Wish): string[] {
  const done = files.flatMap((file) => file.done);
  const asked = new Map(done.flatMap(({ reads }) => reads).map(({ name, what }) => [name, what]));
  const variables = [...asked].filter(([name]) => !Object.hasOwn(wish.values, name));
  const pulls = wish.to === 'platform' && done.some(({ events }) => events.includes('pull_request'));
  const unpinned = files.some(({ before, after }) => after !== before && after.includes(wish.action));
  return [
    ...done.flatMap(({ before }) => before),
    ...variables.map(
      ([name, what]) =>
        `Make the variable (not secret) \`${name}\`: ${what}. With \`--set ${name}=VALUE\` it would stand in the file instead.`,
    ),
    ...(pulls
      ? [
          'The job also runs for pull requests: trust those in the cloud only with a role that reads, or not at all.',
        ]
      : []),
    ...policies.flatMap((policy) => policyTasks(policy, wish)),
    ...(unpinned && wish.actionComment === undefined
      ? ['Pin the action by its commit, as `--pin SHA` does.']
      : []),
  ];
}

function policyTasks(
  { path, notes, taken }: NewPolicy,
  { repositoryId, ownerId, gitlabUrl }: Wish,
): string[] {
  if (taken) return [`There is another \`${path}\` already: add the grants below to it yourself.`];
  const known = repositoryId !== undefined && ownerId !== undefined;
  return [
    `Have \`${path}\` reviewed, and move it to the broker’s policies.`,
    ...(known
      ? []
      : [
          `Put the ids into it (\`policy check\` refuses it until then)${gitlabUrl === undefined ? '; `--repository-id` and `--owner-id` do it' : ''}.`,
        ]),
    ...notes,
  ];
}

function brokerRoles(done: readonly Done[]): string {
  const roles = new Map(done.flatMap(({ lends }) => (lends === undefined ? [] : [[lends.role, lends]])));
  if (roles.size === 0) return '';
  const settings = Object.fromEntries([...roles].map(([name, { settings: each }]) => [name, each]));
  const secrets = [...roles.values()].flatMap(({ role, secret }) =>
    secret === undefined ? [] : [[secret.name, { roles: [role] }]],
  );
  const lines = mapLines({
    roles: settings,
    ...(secrets.length === 0 ? {} : { secrets: Object.fromEntries(secrets) as never }),
  });
  return ['', '## Roles for broker.yaml', '', '```yaml', ...lines, '```', ''].join('\n');
}

function byHand(files: readonly FixedFile[]): string {
  const lines = files.flatMap(({ path, left }) =>
    left.map(({ line, rule, secret, job, why }) => {
      const named = secret === undefined ? '' : ` \`${secret}\``;
      return `${path}:${String(line)} ${rule}${named}${job === undefined ? '' : `, job \`${job}\``}: ${why}${why.endsWith('.') ? '' : '.'}`;
    }),
  );
  return tasks('By hand', lines);
}

function afterTasks(done: readonly Done[], used: ReadonlySet<string>): string[] {
  const secrets = [...new Set(done.flatMap((each) => each.secrets))].toSorted();
  const [kept, free] = [secrets.filter((name) => used.has(name)), secrets.filter((name) => !used.has(name))];
  return [
    'Let each of these jobs run once.',
    ...(free.length === 0
      ? []
      : [
          `Delete the secrets ${named(free)} (repository, environments, organisation), and revoke the keys themselves where they were made: a copy may be anywhere.`,
        ]),
    ...(kept.length === 0 ? [] : [`Still in use elsewhere, so not yet to be deleted: ${named(kept)}.`]),
  ];
}

function named(names: readonly string[]): string {
  return names.map((name) => `\`${name}\``).join(', ');
}

function tasks(title: string, lines: readonly string[]): string {
  if (lines.length === 0) return '';
  const once = [...new Set(lines.map((line) => line.replace(/[\s\p{Cc}]+/gu, ' ')))];
  return ['', `## ${title}`, '', ...once.map((line) => `- [ ] ${line}`), ''].join('\n');
}
