import type { IssuerTraits } from '../domain/issuer.ts';
import type { IssuerEntry } from '../domain/settings.ts';

/** A CI platform whose ID tokens can be believed: what differs between platforms is data. */
export interface IssuerPlatform {
  /** The name in broker.yaml. */
  readonly name: string;
  /** Where the platform's own cloud signs; undefined: a `url` must be given. */
  readonly defaultUrl: string | undefined;
  /** Where below the URL the platform keeps its keys; undefined: its discovery document says where. */
  readonly keysPath: string | undefined;
  /** @returns a sentence that says what to write instead, where the entry does not say enough or too much */
  traits(entry: IssuerEntry): IssuerTraits | string;
  /** What an operator should know about this issuer at this URL, said once at load. */
  notices(url: URL, traits: IssuerTraits): readonly string[];
}
