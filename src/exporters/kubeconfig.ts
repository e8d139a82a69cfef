// https://kubernetes.io/docs/concepts/configuration/organize-cluster-access-kubeconfig/
import { delimiter, join } from 'node:path';
import type { CredentialOf } from '../domain/credential.ts';
import { CredsError } from '../domain/errors.ts';
import { fullMatch } from '../domain/pattern.ts';
import type { Exporter, Lent, Place } from './exporter.ts';
import { onceEach } from './fields.ts';
import { isLabel, labelOf } from './label.ts';
import { leadTo, usualPath } from './own-file.ts';
import { assertComes } from './prospects.ts';
import { assertOnly, wrongExport } from './settings.ts';

const name = 'kubeconfig';
const usual = ['.kube', 'config'] as const;

/**
 * A file with a context for each cluster. KUBECONFIG is a list: the user's own files stay behind ours, unread and
 * uncopied, and ours has the current context.
 */
export const kubeconfig: Exporter = {
  name,
  takes: ({ kind }) => kind === 'kubernetes-token',
  check: (settings) => {
    assertOnly(name, settings, ['context', 'merge']);
    if (settings['context'] !== undefined && !isLabel(settings['context']))
      throw wrongExport(name, 'a context that is not made of letters, digits, `.`, `_` and `-`');
  },
  foresee: (prospects) => {
    assertComes(name, prospects, { kinds: ['kubernetes-token'] });
  },
  pack: (loans, place) => {
    const { context } = place.settings;
    const mine = loans.flatMap((lent) => (isToken(lent) ? [lent] : []));
    if (mine.length === 0) throw wrongExport(name, 'nothing to write: no kubernetes-token was lent');
    if (mine.length > 1 && context !== undefined) throw wrongExport(name, 'one context for several clusters');
    const named = onceEach(mine.map((lent) => [context ?? labelOf(lent, name), lent.credential.fields]));
    const path = join(place.folder, 'kubeconfig');
    if (path.includes(delimiter))
      throw wrongExport(
        name,
        `a folder with \`${delimiter}\` in its path: choose another with \`files-dir\``,
      );
    return {
      files: { [path]: `${JSON.stringify(configOf(Object.entries(named)), null, 2)}\n` },
      pointers: leadTo(
        place,
        'KUBECONFIG',
        [path, ...ownFiles(place)].join(delimiter),
        usualPath(place, ...usual),
      ),
    };
  },
};

interface LentToken extends Lent {
  readonly credential: CredentialOf<'kubernetes-token'>;
}

function isToken(lent: Lent): lent is LentToken {
  return lent.credential.kind === 'kubernetes-token';
}

/** What kubectl reads now. */
function ownFiles(place: Place): string[] {
  if (place.settings['merge'] === 'no') return [];
  const own = place.variable('KUBECONFIG');
  if (own !== undefined) return [own];
  const path = usualPath(place, ...usual);
  return path === undefined || place.read(path) === undefined ? [] : [path];
}

type Fields = CredentialOf<'kubernetes-token'>['fields'];

/** JSON is YAML, and needs no quoting of its own. */
function configOf(named: readonly (readonly [string, Fields])[]): unknown {
  for (const [, fields] of named) assertUsable(fields);
  return {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': named[0]?.[0],
    clusters: named.map(([context, { server, caCertificate }]) => ({
      name: context,
      cluster: { server, 'certificate-authority-data': Buffer.from(caCertificate).toString('base64') },
    })),
    users: named.map(([context, { token }]) => ({ name: context, user: { token: token.reveal() } })),
    contexts: named.map(([context, { namespace }]) => ({
      name: context,
      context: { cluster: context, user: context, ...(namespace === undefined ? {} : { namespace }) },
    })),
  };
}

function assertUsable({ server, token, namespace }: Fields): void {
  const url = URL.canParse(server) ? new URL(server) : undefined;
  if (url?.protocol !== 'https:' || url.username !== '' || !fullMatch(/[\x21-\x7e]+/, server))
    throw unusable('whose server is no https URL');
  if (!fullMatch(/[\x21-\x7e]+/, token.reveal())) throw unusable('whose token no HTTP header can carry');
  if (namespace !== undefined && !fullMatch(/[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?/, namespace))
    throw unusable('whose namespace is none');
}

function unusable(what: string): CredsError {
  return new CredsError('credential-unusable', `The answer holds a kubernetes-token ${what}.`);
}
