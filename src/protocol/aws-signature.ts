// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html
import aws4 from 'aws4';
import type { Secret } from '../domain/secret.ts';

/** What is signed: a POST of a form. */
export interface SignedForm {
  readonly url: URL;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly service: string;
  readonly region: string;
  /** AWS allows five minutes to either side. */
  readonly at: Date;
}

/** Of a session. */
export interface SigningKeys {
  readonly accessKeyId: Secret;
  readonly secretAccessKey: Secret;
  readonly sessionToken: Secret;
}

/** The headers of the request with its signature (SigV4). */
export function signForm(
  { url, body, headers, service, region, at }: SignedForm,
  keys: SigningKeys,
): Record<string, string> {
  const date = at.toISOString().replace(/[:-]|\.\d{3}/g, '');
  const { headers: signed = {} } = aws4.sign(
    {
      method: 'POST',
      host: url.host,
      path: url.pathname,
      headers: { ...headers, 'X-Amz-Date': date },
      body,
      service,
      region,
    },
    {
      accessKeyId: keys.accessKeyId.reveal(),
      secretAccessKey: keys.secretAccessKey.reveal(),
      sessionToken: keys.sessionToken.reveal(),
    },
  );
  const entries = Object.entries(signed).map(([name, value]) => [name.toLowerCase(), String(value)]);
  // The transport says by itself where the request goes and how long it is: the same that was signed.
  return Object.fromEntries(
    entries.filter(([name]) => name !== 'host' && name !== 'content-length'),
  ) as Record<string, string>;
}
