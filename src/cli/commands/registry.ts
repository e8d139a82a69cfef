import { auditVerify } from './audit-verify.ts';
import { brokerRun } from './broker-run.ts';
import type { Command } from './command.ts';
import { help } from './help.ts';

/** Every command, in the order in which help lists them. */
export const commands: readonly Command[] = [brokerRun, auditVerify, help];
