import { options } from '../../src/config/options.ts';
import type { Option } from '../../src/domain/option.ts';

export type TemplateName = 'ephemeral-creds' | 'job';

/** One of `spec:inputs` (GitLab Docs, CI/CD inputs). Without a default it has to be given. */
export interface Input {
  readonly name: string;
  readonly type: 'string' | 'boolean' | 'array';
  readonly default?: string | boolean | readonly string[];
  readonly options?: readonly string[];
  /** RE2, for strings only. None lets through what ends a line, a quote or a variable’s `$`. */
  readonly regex?: string;
  readonly description: string;
}

const duration = '^([0-9]+|([0-9]+[dhms])+)?$';

/** What an option of the type `text` or `yaml` may be on GitLab; an option that is missing here has no input. */
const patterns: Readonly<Record<string, string>> = {
  'broker-url':
    '^((https://[A-Za-z0-9.-]+|http://(127[.]0[.]0[.]1|localhost))(:[0-9]+)?(/[A-Za-z0-9._~/-]*)?)?$',
  audience: '^[A-Za-z0-9][A-Za-z0-9._~:/@+=-]{1,254}$',
  region: '^[a-z0-9-]*$',
  'expect-account': '^[A-Za-z0-9._:@/-]*( *, *[A-Za-z0-9._:@/-]+)*$',
  'ca-cert': '^[A-Za-z0-9._/@+=-]*$',
  params: '^([{][ -~]*[}])?$',
};

/** Where the words of the table are not a component's: what stands there for what. */
const wordings: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
  audience: [
    [
      'pinned. Left out, it is the provider’s own:',
      'written out: GitLab mints the token before the job begins. It is what the provider expects:',
    ],
  ],
  role: [[', one a line:', ':']],
  export: [
    [', one a line:', ':'],
    [' `outputs`,', ''],
  ],
  params: [['as YAML (`name: value` a line)', 'as YAML on one line: `{ name: value }`']],
};

/** @throws Error when the table says it in other words than we know */
function wordingFor(name: string, text: string): string {
  return (wordings[name] ?? []).reduce((worded, [from, to]) => {
    if (!worded.includes(from)) throw new Error(`the text of ${name} no longer says “${from}”`);
    return worded.replace(from, to);
  }, text);
}

/** The inputs that are options of every ephemeral-creds, from THE table. */
function optionInputs(): Input[] {
  const rows: readonly Option[] = options;
  return rows.filter(({ on }) => on.includes('component')).map(inputFor);
}

function inputFor({ name, type, choices, default: usual, text }: Option): Input {
  const base = { name: snakeCase(name), description: wordingFor(name, text) };
  if (type === 'boolean') return { ...base, type: 'boolean', default: usual === 'true' };
  if (type === 'lines') return { ...base, type: 'array', default: usual === '' ? [] : usual.split('\n') };
  if (type === 'choice') return { ...base, type: 'string', default: usual, options: choices ?? [] };
  const regex = type === 'duration' ? duration : patterns[name];
  if (regex === undefined) throw new Error(`the component needs a pattern for the option ${name}`);
  return { ...base, type: 'string', regex, ...(name === 'audience' ? {} : { default: usual }) };
}

/** Where a file of the component’s project is, as that GitLab’s API gives it, and where else it may be. */
export function bundleUrl(
  path: string,
  version: string,
): { readonly default: string; readonly regex: string } {
  const file = encodeURIComponent(path);
  return {
    default: `$CI_API_V4_URL/projects/org%2Fephemeral-creds/repository/files/${file}/raw?ref=${version}`,
    regex:
      '^([$]CI_API_V4_URL|https://[A-Za-z0-9.:-]+|http://127[.]0[.]0[.]1:[0-9]+)/([A-Za-z0-9._~/%?=&@+-]|[$]CI_[A-Z0-9_]+)+$',
  };
}

/** The inputs that only a template has. @param version of which the bundle is fetched */
function ownInputs(version: string): Input[] {
  return [
    {
      name: 'redact',
      type: 'boolean',
      default: true,
      description: 'Hide what was borrowed in the log of the script, in every rendering.',
    },
    {
      name: 'script_timeout',
      type: 'string',
      default: '55m',
      regex: '^([0-9]+[hms])+$',
      description:
        'RUNNER_SCRIPT_TIMEOUT. Keep it below the timeout of the job: when that strikes, `after_script` does not run.',
    },
    {
      name: 'bundle_url',
      type: 'string',
      ...bundleUrl('dist/ephemeral-creds.cjs', version),
      description:
        'Where dist/ephemeral-creds.cjs is fetched: any mirror, since its sha256 is pinned in the template.',
    },
    {
      name: 'node_url',
      type: 'string',
      default: '',
      regex: '^((https://[A-Za-z0-9.:-]+|http://127[.]0[.]0[.]1:[0-9]+)/[A-Za-z0-9._~/%+-]+)?$',
      description: 'A .tar.gz with `bin/node`, fetched when the image has no Node.js 20 or later.',
    },
    {
      name: 'node_sha256',
      type: 'string',
      default: '',
      regex: '^([0-9a-f]{64})?$',
      description: 'The sha256 of `node_url`.',
    },
  ];
}

const jobInputs: Readonly<Record<TemplateName, readonly Input[]>> = {
  'ephemeral-creds': [
    {
      name: 'job_name',
      type: 'string',
      default: 'ephemeral-creds',
      regex: '^[A-Za-z0-9_-]{1,200}$',
      description: 'Name of the hidden job, without its dot: another for each set of inputs.',
    },
  ],
  job: [
    {
      name: 'script',
      type: 'array',
      description: 'What the job runs, one command an entry.',
    },
    {
      name: 'job_name',
      type: 'string',
      default: 'deploy',
      regex: '^[A-Za-z0-9][A-Za-z0-9 _:/.-]{0,200}$',
      description: 'Name of the job.',
    },
    {
      name: 'stage',
      type: 'string',
      default: 'deploy',
      regex: '^[.]?[A-Za-z0-9][A-Za-z0-9 _:/.-]{0,200}$',
      description: 'Stage of the job.',
    },
    {
      name: 'image',
      type: 'string',
      default: 'node:24-alpine',
      regex: '^[A-Za-z0-9][A-Za-z0-9._:/@-]{0,500}$',
      description: 'Image of the job. It needs Node.js 20 or later, or `node_url`.',
    },
  ],
};

/** All inputs of a template, those that have to be given first. */
export function inputsOf(template: TemplateName, version: string): Input[] {
  const inputs = [...optionInputs(), ...jobInputs[template], ...ownInputs(version)];
  return inputs.sort((a, b) => Number(a.default !== undefined) - Number(b.default !== undefined));
}

/** The file that the command line reads: a line for each option. An array interpolates as JSON on one line. */
export function inputLines(): string {
  return optionInputs()
    .map(({ name }) => `${name}=$[[ inputs.${name} ]]`)
    .join('\n');
}

function snakeCase(name: string): string {
  return name.replaceAll('-', '_');
}
