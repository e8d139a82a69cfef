/** What every request to a broker says. */
export const plainHeaders = { accept: 'application/json', 'ephemeral-creds-version': '1' };
