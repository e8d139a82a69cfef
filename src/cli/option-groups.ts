import type { OptionName } from '../config/options.ts';

interface Group {
  readonly title: string;
  readonly names: readonly OptionName[];
}

/** The order in which help shows the options of THE table. */
export const optionGroups: readonly Group[] = [
  { title: 'What to borrow', names: ['provider', 'broker-url', 'role', 'region', 'params'] },
  { title: 'Who asks', names: ['audience', 'id-token', 'binding'] },
  { title: 'How long', names: ['ttl', 'max-ttl', 'min-ttl', 'timeout', 'approval-timeout'] },
  { title: 'Where it is delivered', names: ['export', 'files-dir'] },
  { title: 'What is refused or trusted', names: ['expect-account', 'static-keys', 'ca-cert'] },
  { title: 'Giving back', names: ['revoke', 'fail-on-revoke-error'] },
];
