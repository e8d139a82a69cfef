import { giveTokenBack } from './token-return.ts';
import type { Return } from './way-back.ts';

/** Where tokens are asked for and given back. */
export const cratesPath = '/api/v1/trusted_publishing/tokens';

/** The token itself, at the registry. */
export const cratesReturn: Return = {
  giveBack: (debt, ids, way) =>
    giveTokenBack(
      debt,
      ids,
      {
        request: (token) => ({
          method: 'DELETE',
          url: new URL(`${debt['url'] ?? ''}${cratesPath}`),
          headers: { authorization: `Bearer ${token}` },
        }),
      },
      way,
    ),
};
