import { auditVerify } from './audit-verify.ts';
import { brokerCheck } from './broker-check.ts';
import { brokerRun } from './broker-run.ts';
import { check } from './check.ts';
import type { Command } from './command.ts';
import { completion } from './completion.ts';
import { exec } from './exec.ts';
import { freezeOff } from './freeze-off.ts';
import { freezeOn } from './freeze-on.ts';
import { freezeStatus } from './freeze-status.ts';
import { gateCatalogue } from './gate-catalogue.ts';
import { gateCheck } from './gate-check.ts';
import { gateFix } from './gate-fix.ts';
import { help } from './help.ts';
import { leaseList } from './lease-list.ts';
import { leaseRevoke } from './lease-revoke.ts';
import { leaseShow } from './lease-show.ts';
import { login } from './login.ts';
import { policyCheck } from './policy-check.ts';
import { policyDiff } from './policy-diff.ts';
import { policyExplain } from './policy-explain.ts';
import { policyImport } from './policy-import.ts';
import { redact } from './redact.ts';
import { revoke } from './revoke.ts';
import { secretDelete } from './secret-delete.ts';
import { secretList } from './secret-list.ts';
import { secretPut } from './secret-put.ts';
import { secretRollback } from './secret-rollback.ts';
import { secretRotate } from './secret-rotate.ts';
import { secretShow } from './secret-show.ts';
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
  leaseList,
  leaseShow,
  leaseRevoke,
  freezeOn,
  freezeOff,
  freezeStatus,
  secretList,
  secretShow,
  secretPut,
  secretRotate,
  secretRollback,
  secretDelete,
  auditVerify,
  gateCheck,
  gateCatalogue,
  gateFix,
  completion,
  help,
];
