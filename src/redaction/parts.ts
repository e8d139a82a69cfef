import { fullMatch } from '../domain/pattern.ts';

/** One stretch of a secret that must not be readable. */
export interface Part {
  /** The stretch, line breaks included. */
  readonly text: string;
  /** What to look for in a line of a log: the stretch itself, its lines, its segments. */
  readonly raw: readonly string[];
  /** The stretch as it stands inside JSON text, where that differs and the secret is JSON. */
  readonly quoted?: string;
  /** The joined body of a PEM block, which others wrap at another width. */
  readonly body?: string;
}

const jwt = /[^.]*eyJ[\w-]+(\.[\w-]*){2,4}/;
const urlWithPassword = /[A-Za-z][A-Za-z0-9+.-]*:\/\/[^/\s:@]*:[^/\s@]+@\S*/;
/** Members of well-known key files that everybody may read; hiding them would blacken ordinary words of a log. */
const plainMember =
  /type|kind|api_?version|version|project(_id)?|client_(email|id|x509_cert_url)|.*ur[il]|universe_domain|region|account(_id)?|tenant(_?id)?|subscription_?id|server|host(name)?|port|engine|db(name)?|database|user(name)?|name|e?mail|namespace|current-context|cluster|context|certificate-authority(-data)?|expir\w*/i;

/** Splits a secret into what must be hidden: never a brace, an armour line or a public member of a key file. */
export function partsOf(secret: string): Part[] {
  const text = bare(secret);
  const json = parseStructure(text);
  if (json !== undefined) return sensitiveLeaves(json).flatMap((leaf) => partsOf(leaf).map(withQuoted));
  const pem = pemParts(text);
  if (pem.length > 0) return pem;
  if (fullMatch(jwt, text)) return [{ text, raw: jwtPieces(text) }];
  const whole = { text, raw: linesOf(text) };
  return fullMatch(urlWithPassword, text) ? [whole, ...passwordOf(text)] : [whole];
}

/** Without white space and one pair of quotes around it. */
function bare(secret: string): string {
  const text = secret.toWellFormed().trim().replace(/\r\n?/g, '\n');
  const first = text.at(0);
  const quoted = text.length > 2 && (first === '"' || first === "'") && text.endsWith(first);
  return quoted ? text.slice(1, -1).trim() : text;
}

export function linesOf(text: string): string[] {
  return text.split('\n').map((line) => line.trim());
}

function jwtPieces(text: string): string[] {
  const token = text.slice(text.indexOf('eyJ'));
  return [text, token, ...token.split('.')];
}

function passwordOf(text: string): Part[] {
  try {
    const password = decodeURIComponent(new URL(text).password);
    return [{ text: password, raw: linesOf(password) }];
  } catch {
    return [];
  }
}

function pemParts(text: string): Part[] {
  if (!text.includes('-----BEGIN ')) return [];
  const source = text.includes('\n') ? text : text.replace(/(\\r)?\\n/g, '\n');
  const blocks = [...source.matchAll(/-----BEGIN ([^-\n]+)-----\n([^]+?)\n-----END \1-----/g)];
  const keys = blocks.filter(([, label]) => label?.includes('PRIVATE KEY'));
  return (keys.length > 0 ? keys : blocks).map(([, , inner = '']) => {
    // Headers of old encrypted keys (`Proc-Type: …`) and blank lines are not part of the body.
    const raw = linesOf(inner).filter((line) => fullMatch(/[A-Za-z0-9+/=]+/, line));
    return { text: raw.join('\n'), raw, body: raw.join('') };
  });
}

function withQuoted(part: Part): Part {
  const quoted = JSON.stringify(part.text).slice(1, -1);
  return quoted === part.text ? part : { ...part, quoted };
}

function parseStructure(text: string): object | undefined {
  if (!text.startsWith('{') && !text.startsWith('[')) return undefined;
  try {
    return JSON.parse(text) as object;
  } catch {
    return undefined;
  }
}

/** No recursion: a value of 32 KiB can be nested deeper than any stack. */
function sensitiveLeaves(structure: object): string[] {
  const leaves: string[] = [];
  const open: { value: unknown; member: string }[] = [{ value: structure, member: '' }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { value, member } = next;
    if (typeof value === 'object' && value !== null) {
      const inner = Object.entries(value).map(([name, each]: [string, unknown]) => ({
        value: each,
        member: Array.isArray(value) ? member : name,
      }));
      open.push(...inner.reverse());
      continue;
    }
    const text = typeof value === 'number' ? String(value) : value;
    if (typeof text === 'string' && !fullMatch(plainMember, member)) leaves.push(text);
  }
  return leaves;
}
