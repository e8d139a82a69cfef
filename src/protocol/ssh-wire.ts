// RFC 4251 §5: how SSH writes numbers and strings.

/** An unsigned number of 32 bits. */
export function uint32(value: number): Buffer {
  const octets = Buffer.alloc(4);
  octets.writeUInt32BE(value);
  return octets;
}

/** An unsigned number of 64 bits. */
export function uint64(value: bigint): Buffer {
  const octets = Buffer.alloc(8);
  octets.writeBigUInt64BE(value);
  return octets;
}

/** A length and as many octets; text goes as UTF-8. */
export function sshString(value: string | Uint8Array): Buffer {
  const octets = Buffer.from(value);
  return Buffer.concat([uint32(octets.length), octets]);
}

/** A number from zero on, given by its octets, the highest first. */
export function mpint(magnitude: Uint8Array): Buffer {
  const first = magnitude.findIndex((octet) => octet !== 0);
  if (first < 0) return uint32(0);
  const octets = magnitude.subarray(first);
  const sign = (octets[0] ?? 0) >= 0x80 ? [0] : [];
  return sshString(Buffer.from([...sign, ...octets]));
}

/** Reads what stands one after the other. Each throws a RangeError where there is less, or something else. */
export interface SshReader {
  byte(): number;
  uint32(): number;
  string(): Buffer;
  /** A number above zero, as its octets, the highest first and none of them needless. */
  mpint(): Buffer;
  /** @throws RangeError where something is left */
  end(): void;
}

export function readSsh(octets: Uint8Array): SshReader {
  let rest = Buffer.from(octets);
  const take = (length: number): Buffer => {
    if (length > rest.length) throw new RangeError('too short');
    const taken = rest.subarray(0, length);
    rest = rest.subarray(length);
    return taken;
  };
  const readUint32 = (): number => take(4).readUInt32BE();
  const string = (): Buffer => take(readUint32());
  return {
    byte: () => take(1).readUInt8(),
    uint32: readUint32,
    string,
    mpint: () => {
      const found = string();
      const [first = 0x80, second = 0] = found;
      if (first >= 0x80 || (first === 0 && second < 0x80)) throw new RangeError('no number above zero');
      return first === 0 ? found.subarray(1) : found;
    },
    end: () => {
      if (rest.length > 0) throw new RangeError('too long');
    },
  };
}
