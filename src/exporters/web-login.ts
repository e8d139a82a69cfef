import type { Credential, CredentialOf } from '../domain/credential.ts';
import { CredsError } from '../domain/errors.ts';
import { fullMatch } from '../domain/pattern.ts';
import { isLoopback } from '../protocol/endpoint.ts';
import type { Lent } from './exporter.ts';
import { callsIt } from './label.ts';
import { assertOnly, wrongExport } from './settings.ts';

/** What signs in to one place on the web. */
export interface WebLogin {
  readonly lent: Lent;
  /** Where it is for: https, or http on loopback; no userinfo, query or fragment. */
  readonly url: URL;
  /** Undefined where a token is all. */
  readonly username: string | undefined;
  readonly password: string;
}

type Kind = 'registry-login' | 'github-token' | 'basic-login' | 'bearer-token';
type Loan = Lent & { readonly credential: CredentialOf<Kind> };
type Settings = Readonly<Record<string, string>>;

/** What says nothing but “the password is a token”: PyPI's word for it. */
const tokenName = '__token__';

/** The login of a Python package index, and not of a registry of images. */
export function isIndexLogin(credential: Credential): boolean {
  return credential.kind === 'registry-login' && credential.fields.username === tokenName;
}

/** @throws CredsError `input-invalid` */
export function checkWebSettings(exporter: string, settings: Settings, more: readonly string[] = []): void {
  assertOnly(exporter, settings, ['from', 'url', 'username', 'merge', ...more]);
  const { url, username } = settings;
  if (url !== undefined && webUrl(url) === undefined)
    throw wrongExport(exporter, '`url` that is no https URL of plain host and path');
  if (username !== undefined && !fullMatch(/[\x21-\x39\x3b-\x7e]{1,255}/, username))
    throw wrongExport(exporter, 'a `username` that is not made of plain characters');
}

/**
 * All that was lent that signs in to the web: registry logins and GitHub tokens know where; of anything else the line
 * has to say it (`url`), for one alone (`from` chooses it).
 * @throws CredsError `input-invalid`
 */
export function webLogins(
  exporter: string,
  loans: readonly Lent[],
  { settings, kinds }: { readonly settings: Settings; readonly kinds: readonly Kind[] },
): WebLogin[] {
  const { from, url } = settings;
  const fit = loans.filter(
    (lent): lent is Loan =>
      kinds.some((kind) => kind === lent.credential.kind) && (from === undefined || callsIt(from, lent)),
  );
  const chosen = url === undefined ? fit.filter(({ credential }) => ownPlace(credential) !== undefined) : fit;
  if (chosen.length > 1 && (url !== undefined || settings['username'] !== undefined))
    throw wrongExport(exporter, '`url` or `username` for several credentials; choose one by `from=ROLE`');
  if (chosen.length === 0)
    throw wrongExport(
      exporter,
      fit.length === 0
        ? `nothing to write: it takes ${kinds.join(', ')}`
        : 'no place: say it by `url=https://…`',
    );
  return chosen.map((lent) => loginOf(exporter, lent, settings));
}

function loginOf(exporter: string, lent: Loan, settings: Settings): WebLogin {
  const { credential } = lent;
  const own = ownPlace(credential);
  const place = webUrl(settings['url'] ?? own ?? '');
  if (place === undefined)
    throw unusable(`a ${credential.kind} for a place that is no https URL of plain host and path`);
  if (own !== undefined && webUrl(own)?.host !== place.host)
    throw wrongExport(exporter, '`url` of another host than the one that the credential was lent for');
  const [username, password] = userAndPassword(credential);
  return { lent, url: place, username: settings['username'] ?? username, password };
}

/** Where the credential itself says it is for. */
function ownPlace(credential: CredentialOf<Kind>): string | undefined {
  if (credential.kind === 'registry-login') return credential.fields.registry;
  return credential.kind === 'github-token' ? webOfApi(credential.fields.apiUrl) : undefined;
}

function userAndPassword(credential: CredentialOf<Kind>): readonly [string | undefined, string] {
  if (credential.kind === 'bearer-token') return [undefined, credential.fields.token.reveal()];
  if (credential.kind === 'github-token') return ['x-access-token', credential.fields.token.reveal()];
  const { username, password } = credential.fields;
  return [username === tokenName ? undefined : username, password.reveal()];
}

/** Where repositories are, by the address of the API (GHES has it below a path, ghe.com and github.com on a host). */
function webOfApi(apiUrl: string): string {
  const api = webUrl(apiUrl);
  if (api === undefined) throw unusable('a github-token whose api_url is no https URL');
  return `${api.protocol}//${api.host.replace(/^api\.(?=github\.com$|.*\.ghe\.com$)/, '')}`;
}

/**
 * `https://HOST/PATH`, or `HOST/PATH`; nothing that a format could take for a wildcard, a quotation or a line of its own.
 * @returns undefined for anything else
 */
export function webUrl(text: string): URL | undefined {
  if (!fullMatch(/(https?:\/\/)?([A-Za-z0-9.-]+|\[[0-9A-Fa-f:]+\])(:\d{1,5})?(\/[A-Za-z0-9._~/-]*)?/, text))
    return undefined;
  const whole = text.includes('://') ? text : `https://${text}`;
  if (!URL.canParse(whole)) return undefined;
  const url = new URL(whole);
  return url.protocol === 'https:' || isLoopback(url) ? url : undefined;
}

/**
 * One credential for a place, no more: which of two would be sent is the tool's choice, not ours.
 * @throws CredsError `input-invalid`
 */
export function assertOnePlaceEach(exporter: string, places: readonly string[]): void {
  if (new Set(places).size < places.length)
    throw wrongExport(
      exporter,
      'two credentials for the same place; borrow one, or choose one by `from=ROLE`',
    );
}

function unusable(what: string): CredsError {
  return new CredsError('credential-unusable', `The answer holds ${what}.`);
}

/** @throws CredsError `credential-unusable` for what a format cannot carry */
export function carried(text: string, pattern: RegExp, format: string): string {
  if (fullMatch(pattern, text)) return text;
  throw new CredsError('credential-unusable', `The credential holds characters that ${format} cannot carry.`);
}
