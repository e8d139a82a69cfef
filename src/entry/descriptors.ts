import * as fs from 'node:fs';

const own = '/proc/self/fd';

/**
 * True for a descriptor that this process was started with. Node opens the lowest free ones for itself: epoll, which
 * is no file, and pipes to itself, of which both ends are here.
 */
export function isGiven(descriptor: number): boolean {
  try {
    const found = fs.fstatSync(descriptor);
    if (!found.isFIFO() && !found.isSocket() && !found.isFile()) return false;
    return !found.isFIFO() || !isOwnPipe(descriptor);
  } catch {
    return false;
  }
}

function isOwnPipe(descriptor: number): boolean {
  try {
    const name = fs.readlinkSync(`${own}/${String(descriptor)}`);
    const same = fs.readdirSync(own).filter((each) => name.startsWith('pipe:') && targetOf(each) === name);
    return same.length > 1;
  } catch {
    // No /proc on this system.
    return false;
  }
}

function targetOf(descriptor: string): string | undefined {
  try {
    return fs.readlinkSync(`${own}/${descriptor}`);
  } catch {
    return undefined;
  }
}
