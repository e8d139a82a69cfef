import { isObject } from '../../protocol/json.ts';

/** `12:31:05 warn  The store does not answer (request_id=req_…)` of a line of JSON. */
export function lineForPerson(json: string): string {
  const line: unknown = JSON.parse(json);
  if (!isObject(line)) return json;
  const { time, level, message, ...fields } = line;
  const clock = String(time).slice(11, 19);
  const more = Object.entries(fields).map(([name, value]) => `${name}=${text(value)}`);
  const behind = more.length === 0 ? '' : ` (${more.join(', ')})`;
  return `${clock} ${String(level).padEnd(5)} ${shown(String(message))}${shown(behind)}\n`;
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Without what moves a terminal, or what it shows. */
function shown(part: string): string {
  return part.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '?');
}
