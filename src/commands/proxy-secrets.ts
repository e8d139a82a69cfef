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
    try {
      const { hostname, username, password } = new URL(value);
      if (hostname === '') throw new TypeError('no host');
      const secret = password === '' ? username : password;
      const spellings = new Set(secret === '' ? [] : [secret, decodeURIComponent(secret)]);
      job.mask([...spellings].flatMap((text) => masksOfSecret(new Secret(text))));
    } catch (cause) {
      if (!(cause instanceof TypeError || cause instanceof URIError)) throw cause;
      throw new CredsError(
        'input-invalid',
        `The variable ${name} is not a proxy’s URL such as http://proxy.example.com:3128.`,
        { hint: 'Correct it, with every special character of its credentials percent-encoded.' },
      );
    }
  }
}
