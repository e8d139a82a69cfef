// https://everything.curl.dev/usingcurl/netrc.html
import { join } from 'node:path';
import type { Exporter } from './exporter.ts';
import { withoutMachines } from './netrc-entries.ts';
import { leadTo, ownFile, usualPath } from './own-file.ts';
import { assertComes } from './prospects.ts';
import { assertOnePlaceEach, carried, checkWebSettings, webLogins, type WebLogin } from './web-login.ts';

const name = 'netrc';
const kinds = ['registry-login', 'github-token', 'basic-login', 'bearer-token'] as const;

/**
 * A copy of the user's .netrc with our hosts in it. Python and Go find it by NETRC, and so does curl from 8.16 on; an
 * older one wants `curl --netrc-file "$NETRC"`.
 */
export const netrc: Exporter = {
  name,
  takes: () => false,
  check: (settings) => {
    checkWebSettings(name, settings);
  },
  foresee: (prospects, { from }) => {
    assertComes(name, prospects, { from, kinds });
  },
  pack: (loans, place) => {
    const logins = webLogins(name, loans, { settings: place.settings, kinds });
    const machines = logins.map(machineOf);
    assertOnePlaceEach(name, machines);
    const path = join(place.folder, 'netrc');
    return {
      files: {
        [path]: logins.map(entryOf).join('') + withoutMachines(ownFile(place, 'NETRC', '.netrc'), machines),
      },
      // Python's requests takes an empty one for the name of a file.
      pointers: leadTo(place, 'NETRC', path, usualPath(place, '.netrc')),
    };
  },
};

/** A host and nothing else: the format knows no port and no path. */
function machineOf({ url }: WebLogin): string {
  return url.hostname.replace(/^\[|\]$/g, '');
}

function entryOf(login: WebLogin): string {
  // What each of the tools reads as it stands: their ways to quote exclude each other.
  const plain = /(?![#"])[\x21-\x5b\x5d-\x7e]+/;
  const user = carried(login.username ?? 'x-access-token', plain, 'a .netrc');
  return `machine ${machineOf(login)} login ${user} password ${carried(login.password, plain, 'a .netrc')}\n`;
}
