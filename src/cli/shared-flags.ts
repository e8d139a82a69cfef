import { options } from '../config/options.ts';
import type { Option } from '../domain/option.ts';
import type { Command, Flag } from './commands/command.ts';

export const stateFlag: Flag = {
  name: 'state',
  value: 'DIR',
  text: 'The job’s private folder, where what it owes is kept; left out, the platform’s own. It must lie outside the checkout.',
  completes: 'folder',
};

/** Every command that borrows has these besides THE table. */
const borrowing: readonly Flag[] = [
  {
    name: 'inputs',
    value: 'FILE',
    text: 'Further options from a file, `NAME=VALUE` a line, as the GitLab component writes them. What stands there cannot be given again.',
    completes: 'file',
  },
  stateFlag,
];

/** Options of THE table that are paths: they count from the folder of the caller, as everywhere on a command line. */
export const pathOptions: Readonly<Partial<Record<string, 'file' | 'folder'>>> = {
  'files-dir': 'folder',
  'ca-cert': 'file',
};

/** The rows of THE table that a command takes. */
export function optionsOf({ borrows }: Command): readonly Option[] {
  const rows: readonly Option[] = options;
  return borrows === true ? rows.filter(({ on }) => on.includes('cli')) : [];
}

/** A command’s own flags and those that it shares. */
export function flagsOf({ borrows, flags = [] }: Command): readonly Flag[] {
  return borrows === true ? [...flags, ...borrowing] : flags;
}
