import pino from 'pino';
import { lineForPerson } from './log-line.ts';

/** From the least to the most that is told; each tells what the ones before it do. */
export type LogLevel = 'error' | 'warn' | 'info' | 'debug';

/** Values beside a message. Nothing secret: no token, no claim, no body. */
export type LogFields = Readonly<Record<string, unknown>>;

/** What the broker tells of its running. What it decided stands in the audit log. */
export type Log = Readonly<Record<LogLevel, (message: string, fields?: LogFields) => void>>;

export interface LogOptions {
  readonly level: LogLevel;
  /** Takes one line with its end. */
  readonly write: (line: string) => void;
  /** Lines are read by a person as they come; else each is a JSON object. */
  readonly attended: boolean;
}

const longestText = 1024;
const mostItems = 50;
const deepest = 3;

/** An operational log: JSON lines with `time`, `level`, `message` and the fields, in snake_case. */
export function makeLog({ level, write, attended }: LogOptions): Log {
  const logger = pino(
    {
      level,
      base: null,
      messageKey: 'message',
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    {
      write: (line) => {
        write(attended ? lineForPerson(line) : escaped(line));
      },
    },
  );
  const at =
    (name: LogLevel): Log[LogLevel] =>
    (message, fields = {}) => {
      if (logger.isLevelEnabled(name)) logger[name](cleanFields(fields, 0), capped(message));
    };
  return { error: at('error'), warn: at('warn'), info: at('info'), debug: at('debug') };
}

function capped(text: string): string {
  return text.length > longestText ? `${text.slice(0, longestText).toWellFormed()}…` : text.toWellFormed();
}

function cleanFields(fields: LogFields, depth: number): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields)
      .slice(0, mostItems)
      .map(([name, value]) => [name, clean(value, depth)]),
  );
}

/** An error is its message: a stack has paths in it, and its other members may hold anything. */
function clean(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return capped(value);
  if (value instanceof Error) return capped(value.message);
  if (value instanceof Date) return value.toISOString();
  if (typeof value !== 'object' || value === null) return typeof value === 'function' ? undefined : value;
  if (depth >= deepest) return '…';
  if (Array.isArray(value)) return value.slice(0, mostItems).map((item) => clean(item, depth + 1));
  if ('toJSON' in value) return '[secret]';
  return cleanFields(value as LogFields, depth + 1);
}

/** JSON itself escapes the control characters below space; what else moves a terminal or hides is escaped here. */
function escaped(line: string): string {
  return line.replace(/[^\n\P{C}]|[\p{Zl}\p{Zp}]/gu, (mark) =>
    [...Array(mark.length).keys()]
      .map((index) => `\\u${mark.charCodeAt(index).toString(16).padStart(4, '0')}`)
      .join(''),
  );
}
