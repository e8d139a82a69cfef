import { CredsError } from '../domain/errors.ts';
import { Secret } from '../domain/secret.ts';
import type { Whereabouts } from '../leases/ledger.ts';
import { masksOfSecret } from '../redaction/masks.ts';

/**
 * A proxy's credentials stand in the environment; tools may print the proxy's URL.
 * @throws CredsError `input-invalid` for a proxy that cannot be read: it would be passed by without a word
 */
export function maskProxySecrets({ job, host }: Whereabouts): void {
  for (const name of ['https_proxy', 'HTTPS_PROXY', 'http_proxy', 'HTTP_PROXY']) {
    const value = host.env[name] ?? '';
    if (value === '') continue;
    const spellings = spellingsOf(value);
    if (spellings === undefined) {
      throw new CredsError(
        'input-invalid',
        `The variable ${name} is not a proxy’s URL such as http://proxy.example.com:3128.`,
        { hint: 'Correct it, with every special character of its credentials percent-encoded.' },
      );
    }
    job.mask(spellings.flatMap((text) => masksOfSecret(new Secret(text))));
  }
}

/** The secret of a proxy's URL as it stands there and as it is meant; undefined when it cannot be read. */
function spellingsOf(value: string): string[] | undefined {
  if (!URL.canParse(value)) return undefined;
  const { hostname, username, password, pathname, search, hash } = new URL(value);
  const secret = password === '' ? username : password;
  // A `#`, `/` or `?` in the credentials has ended the host: what stands there now is the user name.
  if (hostname === '' || (pathname + search + hash).includes('@')) return undefined;
  if (secret === '') return [];
  try {
    return [...new Set([secret, decodeURIComponent(secret)])];
  } catch {
    return undefined;
  }
}
