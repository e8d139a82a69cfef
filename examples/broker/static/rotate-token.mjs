#!/usr/bin/env node
// Makes a new token at the registry with the one of before, which comes on standard input, and prints it. Whatever goes
// wrong, it ends with another status than 0 and the broker goes on with the one of before.
import { text } from 'node:stream/consumers';

const before = (await text(process.stdin)).trim();
const answer = await fetch(`${process.env.REGISTRY_URL}/tokens`, {
  method: 'POST',
  headers: { authorization: `Bearer ${before}` },
  signal: AbortSignal.timeout(15_000),
});
if (!answer.ok) process.exit(1);
const { token } = await answer.json();
if (typeof token !== 'string') process.exit(1);
process.stdout.write(token);
