import { auditVerify } from './audit-verify.ts';
import { brokerCheck } from './broker-check.ts';
import { brokerRun } from './broker-run.ts';
import { check } from './check.ts';
import type { Command } from './command.ts';
import { completion } from './completion.ts';
import { exec } from './exec.ts';
import { help } from './help.ts';
import { login } from './login.ts';
import { policyCheck } from './policy-check.ts';
import { policyDiff } from './policy-diff.ts';
import { policyExplain } from './policy-explain.ts';
import { policyImport } from './policy-import.ts';
import { redact } from './redact.ts';
import { revoke } from './revoke.ts';
import { whoami } from './whoami.ts';

/** Every command, in the order in which help lists them. */
export const commands: readonly Command[] = [
  exec,
  login,
  revoke,
  redact,
  whoami,
  check,
  brokerRun,
  brokerCheck,
  policyCheck,
  policyExplain,
  policyDiff,
  policyImport,
  auditVerify,
  completion,
  help,
];
