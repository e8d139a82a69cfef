import { wrongWithHeader, type RequestHeaders } from './kept-headers.ts';
import { readPairs, refuseParam, type Params } from './param-values.ts';

const most = 10;

/**
 * Headers that a workflow adds to each request, for what stands before the server. They are no secret: the platform's state
 * keeps them for post.
 * @param taken of the provider's own, besides
 * @throws CredsError `input-invalid`
 */
export function readHeaders(params: Params, taken: RegExp): RequestHeaders {
  const pairs = readPairs(params, 'headers').map(([name, value]) => [name.toLowerCase(), value] as const);
  if (pairs.length > most) throw refuseParam('headers', `has more than ${String(most)} lines`);
  if (new Set(pairs.map(([name]) => name)).size < pairs.length)
    throw refuseParam('headers', 'has a name twice');
  for (const [name, value] of pairs) {
    const problem = wrongWithHeader(name, value, taken);
    if (problem !== undefined) throw refuseParam('headers', problem);
  }
  return Object.fromEntries(pairs);
}
