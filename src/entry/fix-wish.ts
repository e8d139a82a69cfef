import { CredsError } from '../domain/errors.ts';
import { fullMatch } from '../domain/pattern.ts';
import type { Wish } from '../gate/fixes/fix.ts';

/** Flags of `gate fix`, as they were written. */
export interface FixFlags {
  readonly to?: string | undefined;
  readonly 'broker-url'?: string | undefined;
  readonly prefix: string;
  readonly 'repository-id'?: string | undefined;
  readonly 'owner-id'?: string | undefined;
  readonly 'gitlab-url'?: string | undefined;
  readonly branch: string;
  readonly set?: readonly string[] | undefined;
  readonly action: string;
  readonly pin?: string | undefined;
}

const url = /https:\/\/[A-Za-z0-9.-]+(:\d+)?(\/[\w.~/-]*)?/;

/** @throws CredsError `input-invalid` that names the flag and says what to write */
export function fixWish(flags: FixFlags): Wish {
  const { pin, branch, prefix } = flags;
  const brokerUrl = fits(flags, 'broker-url', url, 'the broker’s address, https');
  const [name = '', ref = ''] = (
    fits(flags, 'action', /[\w-]+\/[\w.-]+@[\w./-]+/, 'OWNER/NAME@REF') ?? ''
  ).split('@');
  fits(flags, 'pin', /[0-9a-f]{40}/, 'the whole hash of a commit: 40 small hex digits');
  fits(flags, 'prefix', /[a-z0-9-]{0,60}/, 'small letters, digits and -');
  fits(flags, 'branch', /[\w./-]{1,200}/, 'the name of a branch, without refs/heads/');
  return {
    to: targetOf(flags.to, brokerUrl),
    brokerUrl,
    action: pin === undefined ? flags.action : `${name}@${pin}`,
    actionComment: pin === undefined ? undefined : ref,
    values: valuesOf(flags.set ?? []),
    prefix,
    branch,
    repositoryId: fits(flags, 'repository-id', /[1-9]\d{0,19}/, 'a number: gh api repos/OWNER/REPO --jq .id'),
    ownerId: fits(flags, 'owner-id', /[1-9]\d{0,19}/, 'a number: gh api repos/OWNER/REPO --jq .owner.id'),
    gitlabUrl: fits(flags, 'gitlab-url', url, 'the address of your GitLab, https'),
  };
}

type TextFlag = Exclude<keyof FixFlags, 'set'>;

function fits(flags: FixFlags, name: TextFlag, pattern: RegExp, what: string): string | undefined {
  const value = flags[name];
  if (value === undefined || fullMatch(pattern, value)) return value;
  throw wrong(name, `must be ${what}`);
}

function targetOf(to: string | undefined, brokerUrl: string | undefined): Wish['to'] {
  const target = to ?? (brokerUrl === undefined ? 'platform' : 'broker');
  if (target !== 'platform' && target !== 'broker') throw wrong('to', 'must be `broker` or `platform`');
  if (target === 'broker' && brokerUrl === undefined)
    throw wrong(
      'broker-url',
      'is missing: the ID token is made out to this address, so it stands in the file',
    );
  if (target === 'platform' && brokerUrl !== undefined)
    throw wrong('broker-url', 'means nothing to `--to platform`');
  return target;
}

function valuesOf(set: readonly string[]): Record<string, string> {
  const pairs = set.map((each) => /^([A-Z_][A-Z0-9_]*)=([^\p{Cc}]{1,500})$/u.exec(each) ?? wrongPair());
  return Object.fromEntries(pairs.map(([, name = '', value = '']) => [name, value]));
}

function wrongPair(): never {
  throw wrong('set', 'must be NAME=VALUE, with the name of a variable as the diff shows it');
}

function wrong(flag: string, what: string): CredsError {
  return new CredsError('input-invalid', `--${flag} ${what}.`, {
    hint: 'Try `ephemeral-creds gate fix --help`.',
  });
}
