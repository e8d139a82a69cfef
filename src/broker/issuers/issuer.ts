import type { IssuerEntry } from '../domain/settings.ts';
import type { Issuer } from '../domain/issuer.ts';

/** A CI platform whose ID tokens can be believed: what differs between platforms is data. */
export interface IssuerPlatform {
  /** The name in broker.yaml. */
  readonly name: string;
  /** Where the platform's own cloud signs; undefined: a `url` must be given. */
  readonly defaultUrl: string | undefined;
  /** The issuer at this URL. @param entry the other keys of broker.yaml */
  at(url: URL, entry: IssuerEntry): Issuer;
  /** What an operator should know about this issuer at this URL, said once at load. */
  notices(url: URL): readonly string[];
}
