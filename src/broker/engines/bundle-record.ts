import { revocabilities, type Revocability } from '../../domain/lease.ts';
import { Secret } from '../../domain/secret.ts';
import { isObject, parseStrictJson } from '../../protocol/json.ts';
import type { RevocableLease } from '../domain/lease-record.ts';
import type { Issued } from './engine.ts';

/** What revoking one part of a lease needs. */
export interface KeptPart {
  /** From 1, as broker.yaml listed them. */
  readonly number: number;
  readonly engine: string;
  readonly revocability: Revocability;
  readonly revokeData: Readonly<Record<string, string>>;
  readonly revokeSecret?: Secret;
}

type Kept = Pick<Issued, 'revokeData' | 'revokeSecret'>;

/** What minting a part has made. */
export type Made = Kept | 'nothing';

/**
 * The parts in one record: `1.engine`, `1.revocability`, and the part's own under `1.data.`; their secrets in one. It is
 * laid over an earlier one, so a part of which nothing was made says so: `1.made: nothing`.
 * @param issued what minting added, by the part's number
 */
export function keepParts(parts: readonly KeptPart[], issued: ReadonlyMap<number, Made> = new Map()): Kept {
  const entries = parts.flatMap(({ number, engine, revocability, revokeData }): [string, string][] => {
    const at = String(number);
    const made = issued.get(number);
    if (made === 'nothing') return [[`${at}.made`, made]];
    const data = { ...revokeData, ...made?.revokeData };
    return [
      [`${at}.engine`, engine],
      [`${at}.revocability`, revocability],
      ...Object.entries(data).map(([key, value]): [string, string] => [`${at}.data.${key}`, value]),
    ];
  });
  const secrets = [...issued].flatMap(([number, made]): [string, string][] =>
    made === 'nothing' || made.revokeSecret === undefined
      ? []
      : [[String(number), made.revokeSecret.reveal()]],
  );
  return {
    revokeData: Object.fromEntries(entries),
    ...(secrets.length > 0 && { revokeSecret: new Secret(JSON.stringify(Object.fromEntries(secrets))) }),
  };
}

/** The parts of a lease as they were kept. @throws Error when it is no such record */
export function tellParts({
  revokeData,
  revokeSecret,
}: Pick<RevocableLease, 'revokeData' | 'revokeSecret'>): KeptPart[] {
  const secrets = readSecrets(revokeSecret);
  const parts: KeptPart[] = [];
  if (revokeData['1.engine'] === undefined) throw new Error('the lease does not say of what it is made');
  for (let number = 1; ; number++) {
    const at = String(number);
    const engine = revokeData[`${at}.engine`];
    const revocability = revocabilities.find((each) => each === revokeData[`${at}.revocability`]);
    if (engine === undefined || revocability === undefined) break;
    const start = `${at}.data.`;
    if (revokeData[`${at}.made`] === 'nothing') continue;
    const own = Object.entries(revokeData).filter(([key]) => key.startsWith(start));
    const secret = secrets[at];
    parts.push({
      number,
      engine,
      revocability,
      revokeData: Object.fromEntries(own.map(([key, value]) => [key.slice(start.length), value])),
      ...(typeof secret === 'string' && { revokeSecret: new Secret(secret) }),
    });
  }
  return parts;
}

function readSecrets(secret: Secret | undefined): Readonly<Record<string, unknown>> {
  if (secret === undefined) return {};
  const found = parseStrictJson(secret.reveal());
  return isObject(found) ? found : {};
}
