// A FAKE: plays a program that lets a KMS sign what it reads from its standard input. For tests only.
import { sign } from 'node:crypto';
import type { RunProgram } from '../../../src/broker/domain/outside.ts';

/** @param key RSA, in PEM */
export function signingProgram(key: string): RunProgram {
  return (_, { input = '' }) =>
    Promise.resolve(`${sign('sha256', Buffer.from(input), key).toString('base64')}\n`);
}
