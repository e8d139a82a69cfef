// What is measured of ours, and the same by hand: one pair a provider.
import { join, resolve } from 'node:path';
import type { Action } from './as-runner.ts';

/** Where the stand-ins listen, and what every job has. */
export interface Place {
  readonly broker: string;
  readonly runner: Readonly<Record<string, string>>;
}

/** Ours, and the same requests by hand where somebody wrote them. */
export interface Pair {
  readonly provider: string;
  readonly ours: Action;
  readonly byHand?: Action;
}

const here = import.meta.dirname;
const dist = resolve(here, '../../dist');
const twin = (file: string): string[] => [join(here, file)];

export const awsRole = 'arn:aws:iam::123456789012:role/deploy';
export const serviceAccount = 'bench@my-project.iam.gserviceaccount.com';
export const workloadProvider =
  'projects/123456789/locations/global/workloadIdentityPools/github/providers/bench';
export const tenant = 'aaaabbbb-0000-cccc-1111-dddd2222eeee';
export const clientId = '00001111-aaaa-2222-bbbb-3333cccc4444';

/** What by far the most jobs cost that have nothing to do: a Node that ends at once, and a post that owes nothing. */
export function idle({ runner }: Place): { bare: Action; nothingOwed: Action } {
  return {
    bare: { name: 'bare node', main: ['-e', '0'], env: runner },
    nothingOwed: { name: 'post, nothing owed', main: [join(dist, 'post.cjs')], env: runner },
  };
}

export function pairs({ broker, runner }: Place): Pair[] {
  const ours = (provider: string, inputs: Readonly<Record<string, string>>, params?: object): Action => ({
    name: provider,
    main: [join(dist, 'main.cjs')],
    post: [join(dist, 'post.cjs')],
    env: {
      ...runner,
      ...inputsOf({ provider, ...inputs, ...(params && { params: JSON.stringify(params) }) }),
    },
  });
  const pair = (action: Action, main: string, post: string, env: Record<string, string> = {}): Pair => ({
    provider: action.name,
    ours: action,
    byHand: {
      name: `${action.name}, by hand`,
      main: twin(main),
      post: twin(post),
      env: { ...action.env, ...env },
    },
  });
  const url = { TWIN_URL: broker };
  const endpoints = { 'sts-endpoint': broker, 'iamcredentials-endpoint': broker };
  return [
    pair(ours('broker', { 'broker-url': broker, role: 'deploy' }), 'twin-main.cjs', 'twin-post.cjs'),
    pair(
      ours('aws', { role: awsRole, region: 'eu-west-1' }, { endpoint: broker, 'session-name': 'bench' }),
      'twin-aws.cjs',
      'twin-post-idle.cjs',
      url,
    ),
    pair(
      ours('gcp', { role: serviceAccount }, { 'workload-identity-provider': workloadProvider, ...endpoints }),
      'twin-gcp.cjs',
      'twin-post-idle.cjs',
      { ...url, TWIN_PROVIDER: workloadProvider },
    ),
    pair(ours('vault', { role: 'bench' }, { url: broker }), 'twin-vault.cjs', 'twin-post-vault.cjs', url),
    {
      provider: 'azure',
      ours: ours(
        'azure',
        { 'max-ttl': '90m' },
        { 'tenant-id': tenant, 'client-id': clientId, authority: broker },
      ),
    },
    {
      provider: 'octo-sts',
      ours: ours(
        'octo-sts',
        { role: 'bench', export: 'outputs' },
        { url: broker, scope: 'octo-org/octo-repo', 'api-url': broker },
      ),
    },
  ];
}

/** Inputs as a runner hands them to a program. */
export function inputsOf(inputs: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(inputs).map(([name, value]) => [
      `INPUT_${name.toUpperCase().replaceAll(' ', '_')}`,
      value,
    ]),
  );
}
