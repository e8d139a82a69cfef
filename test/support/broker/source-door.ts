/** `ephemeral-creds broker …` from the source, a process of its own, for tests that must not depend on bundles. */
import { brokerMain } from '../../../src/entry/broker.ts';

process.exitCode = await brokerMain(process.argv.slice(2));
