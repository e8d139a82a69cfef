import { join } from 'node:path';

/** Octets of a socket's path that every system takes (macOS; `sun_path` in unix(4)). */
const longest = 103;

/** Where the agent of an entry listens: in the entry's own folder or, where that is too long a name, in one below /tmp. */
export function agentSocket(jobFolder: string, id: string): string {
  const near = join(jobFolder, id, 'agent.sock');
  return Buffer.byteLength(near) <= longest ? near : join('/tmp', `ephemeral-creds-${id}`, 'agent.sock');
}
