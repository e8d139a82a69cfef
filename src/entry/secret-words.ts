import { parseDuration } from '../domain/duration.ts';

/** What an operator asks about kept secrets. */
export type SecretTask =
  | { readonly verb: 'secret-list' }
  | { readonly verb: 'secret-show'; readonly name: string }
  | {
      readonly verb: 'secret-change';
      readonly name: string;
      /** The last segment of the path. */
      readonly act: 'put' | 'rotate' | 'roll-back' | 'delete';
      readonly order: Readonly<Record<string, unknown>>;
    };

/** Those of the parsed options that these commands have. */
interface Values {
  readonly reason?: string | undefined;
  readonly grace?: string | undefined;
  readonly 'version-number'?: string | undefined;
  readonly all: boolean;
}

const acts = { put: 'put', rotate: 'rotate', rollback: 'roll-back', delete: 'delete' } as const;

/** What follows `secret`. @returns undefined for anything that means nothing */
export function secretTask([verb = '', name, ...others]: string[], values: Values): SecretTask | undefined {
  if (others.length > 0) return undefined;
  if (verb === 'list') return name === undefined ? { verb: 'secret-list' } : undefined;
  if (name === undefined) return undefined;
  if (verb === 'show') return { verb: 'secret-show', name };
  const order = orderOf(values);
  const act = Object.entries(acts).find(([word]) => word === verb)?.[1];
  if (act === undefined || order === undefined) return undefined;
  if (act === 'roll-back' && order['version'] === undefined) return undefined;
  if (act === 'delete' && (order['version'] === undefined) === (order['all'] === undefined)) return undefined;
  return { verb: 'secret-change', name, act, order };
}

function orderOf({ reason, grace, all, ...values }: Values): Record<string, unknown> | undefined {
  const { 'version-number': number } = values;
  const seconds = grace === undefined ? undefined : parseDuration(grace);
  const version = number === undefined ? undefined : Number(number);
  const isWrong =
    (grace !== undefined && seconds === undefined) ||
    (version !== undefined && !(Number.isSafeInteger(version) && version > 0));
  if (reason === undefined || isWrong) return undefined;
  return {
    reason,
    ...(seconds !== undefined && { grace: seconds }),
    ...(version !== undefined && { version }),
    ...(all && { all: true }),
  };
}
