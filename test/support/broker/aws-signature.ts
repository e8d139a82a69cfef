/** Part of the FAKE of AWS: checks signatures (SigV4, https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html). */
import { createHash, createHmac } from 'node:crypto';
import type { HttpRequest } from '../../../src/domain/host.ts';
import { Refused } from './aws-forms.ts';

export interface KeyPair {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

const header =
  /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request, SignedHeaders=([^,]+), Signature=([0-9a-f]{64})$/;

/** The access key that has signed a request. @throws Refused */
export function signerOf(request: HttpRequest, keysOf: (id: string) => KeyPair | undefined): string {
  const headers: Readonly<Record<string, string>> = { ...request.headers, host: request.url.host };
  const [, id = '', day = '', region = '', service = '', names = '', signature] =
    header.exec(headers['authorization'] ?? '') ?? [];
  const keys = keysOf(id);
  if (keys === undefined || keys.sessionToken !== headers['x-amz-security-token'])
    throw new Refused(403, 'InvalidClientTokenId');
  const signed = names.split(';');
  const body = request.body ?? '';
  const lengths: Readonly<Record<string, string>> = { 'content-length': String(Buffer.byteLength(body)) };
  const lines = signed.map((name) => `${name}:${(headers[name] ?? lengths[name] ?? '').trim()}\n`).join('');
  const canonical = [request.method, '/', '', lines, names, sha256(body)].join('\n');
  const scope = `${day}/${region}/${service}/aws4_request`;
  const text = ['AWS4-HMAC-SHA256', headers['x-amz-date'], scope, sha256(canonical)].join('\n');
  const key = [day, region, service, 'aws4_request'].reduce<Buffer | string>(
    (made, part) => hmac(made, part),
    `AWS4${keys.secretAccessKey}`,
  );
  if (hmac(key, text).toString('hex') !== signature) throw new Refused(403, 'SignatureDoesNotMatch');
  return id;
}

function hmac(key: Buffer | string, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
