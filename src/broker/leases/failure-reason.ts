import { TransportError, type TransportFault } from '../../domain/host.ts';
import { isObject } from '../../protocol/json.ts';
import { BackendFailure, type FailureReason, type ToldReason } from '../domain/backend-failure.ts';
import { Overtime } from '../domain/time-limit.ts';

const faults: Readonly<Record<TransportFault, FailureReason>> = {
  refused: 'unreachable',
  reset: 'unreachable',
  dns: 'unreachable',
  'dns-temporary': 'unreachable',
  timeout: 'timeout',
  tls: 'unreachable',
  certificate: 'unreachable',
  proxy: 'unreachable',
  truncated: 'failed',
  garbled: 'failed',
  'too-large': 'failed',
  encoding: 'failed',
  aborted: 'timeout',
};

/** What this machine says of its own files. */
const ofFiles = ['ENOENT', 'ENOTDIR', 'EACCES', 'EPERM', 'EROFS', 'ENOSPC', 'EDQUOT', 'EIO', 'ESTALE'];
const deepest = 5;

/**
 * Why an attempt failed, of what the errors themselves tell by their kinds: never of their messages, where a backend may have put anything.
 * @param error an engine's, with what caused it
 */
export function failureReason(error: unknown): ToldReason {
  let at = error;
  for (let depth = 0; depth < deepest && isObject(at); depth++) {
    const found = ownReason(at);
    if (found !== undefined) return found;
    at = at['cause'];
  }
  return { reason: 'unknown' };
}

function ownReason(error: object): ToldReason | undefined {
  if (error instanceof BackendFailure) return error.told;
  if (error instanceof Overtime) return { reason: 'timeout' };
  if (error instanceof TransportError) return { reason: faults[error.fault], code: error.fault };
  const code = ofFiles.find((each) => 'code' in error && error.code === each);
  return code === undefined ? undefined : { reason: 'settings', code };
}
