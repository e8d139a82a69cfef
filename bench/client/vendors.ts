// What users have today: the vendors' own actions at a commit, run as a runner runs them, against the same stand-ins.
// Their code is fetched into a cache outside the checkout, or lies in the folder that BENCH_VENDORS names
// (OWNER/REPOSITORY below it); what cannot be had is left out.
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { parse } from 'yaml';
import {
  azureLogin,
  configureAwsCredentials,
  googleAuth,
  octoStsAction,
  vaultAction,
  type VendorAction,
} from '../../test/support/vendor-actions.ts';
import type { Action } from './as-runner.ts';
import {
  awsRole,
  clientId,
  inputsOf,
  serviceAccount,
  tenant,
  workloadProvider,
  type Place,
} from './contenders.ts';

/** One action of somebody else's, and how it is led to the stand-ins. */
interface Vendor {
  readonly action: VendorAction;
  /** Ours that does the same. */
  readonly provider: string;
  readonly inputs: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  /** Why its post is not run. */
  readonly withoutPost?: string;
  readonly note?: string;
}

/** What can be run, and what is to be said of the others. */
export interface Found {
  readonly actions: readonly (Action & { readonly provider: string })[];
  readonly remarks: readonly string[];
}

function vendors({ broker }: Place, folder: string): Vendor[] {
  return [
    {
      action: configureAwsCredentials,
      provider: 'aws',
      inputs: {
        'role-to-assume': awsRole,
        'aws-region': 'eu-west-1',
        'role-session-name': 'bench',
        'sts-endpoint': broker,
      },
      note: 'led here by its input sts-endpoint; its post empties the variables and says nothing of the session',
    },
    {
      action: googleAuth,
      provider: 'gcp',
      inputs: {
        workload_identity_provider: workloadProvider,
        service_account: serviceAccount,
        token_format: 'access_token',
      },
      env: {
        GHA_ENDPOINT_OVERRIDE_sts: `${broker}/v1`,
        GHA_ENDPOINT_OVERRIDE_iamcredentials: `${broker}/v1`,
      },
      note: 'led here by the variables GHA_ENDPOINT_OVERRIDE_*; with token_format, so that it lends a token as ours does',
    },
    {
      action: vaultAction,
      provider: 'vault',
      inputs: { url: broker, method: 'jwt', role: 'bench', jwtGithubAudience: broker, exportToken: 'true' },
      note: 'led here by its input url; it asks for Node 20 and is run by the Node of this benchmark; it has no post: the login is not revoked',
    },
    {
      action: azureLogin,
      provider: 'azure',
      inputs: {
        'tenant-id': tenant,
        'client-id': clientId,
        'subscription-id': '99990000-aaaa-1111-bbbb-2222cccc3333',
      },
      env: { PATH: `${standInForAz(folder)}:${process.env['PATH'] ?? ''}` },
      note: 'cannot be led here: it leaves the exchange to the Azure CLI, and in its place stands an `az` that does nothing at all. The action alone, then; what users wait for is more, and CPU and memory are without `az`',
    },
    {
      action: octoStsAction,
      provider: 'octo-sts',
      inputs: { domain: new URL(broker).host, scope: 'octo-org/octo-repo', identity: 'bench' },
      withoutPost: 'asks https://api.github.com, which is built in',
      note: 'led here by its input domain',
    },
  ];
}

/** @param folder is for what this run needs and nobody afterwards */
export function findVendors(place: Place, folder: string): Found {
  const remarks: string[] = [];
  const actions = vendors(place, folder).flatMap((vendor) => {
    const { action, provider, withoutPost, note } = vendor;
    const { repository, version } = action;
    const found = bundleOf(action);
    if ('why' in found) {
      remarks.push(`left out: ${repository} ${version}: ${found.why}`);
      return [];
    }
    if (note !== undefined) remarks.push(`${repository}: ${note}`);
    if (withoutPost !== undefined) remarks.push(`left out: post of ${repository}: ${withoutPost}`);
    return [{ ...actionOf(vendor, found.folder, place), provider }];
  });
  return { actions, remarks };
}

interface Metadata {
  readonly inputs: Readonly<Record<string, { readonly default?: unknown }>>;
  readonly runs: { readonly main: string; readonly post?: string };
}

/** As its action.yml says: programs, and inputs with their defaults. */
function actionOf(vendor: Vendor, folder: string, { runner }: Place): Action {
  const { inputs, runs } = parse(readFileSync(join(folder, 'action.yml'), 'utf8')) as Metadata;
  if (Object.keys(inputs).join() !== vendor.action.inputs.join())
    throw new Error(`${vendor.action.repository} has other inputs than test/support/vendor-actions.ts says`);
  const defaults = Object.entries(inputs).map(([name, { default: value = '' }]) => [name, String(value)]);
  return {
    name: `${vendor.action.repository} ${vendor.action.version}`,
    main: [join(folder, runs.main)],
    post: runs.post === undefined || vendor.withoutPost !== undefined ? undefined : [join(folder, runs.post)],
    env: {
      ...runner,
      ...vendor.env,
      ...inputsOf({ ...(Object.fromEntries(defaults) as Record<string, string>), ...vendor.inputs }),
    },
  };
}

function bundleOf(vendor: VendorAction): { folder: string } | { why: string } {
  const given = process.env['BENCH_VENDORS'];
  if (given !== undefined && given !== '') {
    const folder = join(given, vendor.repository);
    return existsSync(join(folder, 'action.yml')) ? { folder } : { why: `not in ${folder}` };
  }
  const cache = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'ephemeral-creds/vendors');
  const folder = join(cache, vendor.repository, vendor.commit);
  return existsSync(folder) ? { folder } : fetched(vendor, folder);
}

/** One commit, by its id: what it has in it nobody can change. */
function fetched({ repository, commit }: VendorAction, folder: string): { folder: string } | { why: string } {
  mkdirSync(dirname(folder), { recursive: true });
  const draft = mkdtempSync(`${folder}-`);
  const steps = [
    ['init', '--quiet'],
    ['fetch', '--quiet', '--depth=1', `https://github.com/${repository}`, commit],
    ['checkout', '--quiet', commit],
  ];
  for (const step of steps) {
    const ran = spawnSync('git', ['-C', draft, ...step], {
      env: { ...process.env, GIT_TERMINAL_PROMPT: '0' },
      timeout: 120_000,
    });
    const said = ran.error?.message ?? ran.stderr.toString().trim().split('\n').at(-1) ?? '';
    if (ran.status !== 0) {
      rmSync(draft, { recursive: true });
      return { why: `it could not be fetched (${said}); or name a folder by BENCH_VENDORS` };
    }
  }
  renameSync(draft, folder);
  return { folder };
}

/** A FAKE `az`: it says a version and does nothing. */
function standInForAz(folder: string): string {
  const file = join(folder, 'az-bin', 'az');
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `#!/bin/sh\necho '{"azure-cli":"2.80.0"}'\n`);
  chmodSync(file, 0o755);
  return dirname(file);
}
