import { fullMatch } from './pattern.ts';

const secondsIn = { s: 1, m: 60, h: 3600, d: 86_400 } as const;

/**
 * Reads a lifetime: `900` (seconds), `90s`, `15m`, `1h`, `1h30m`, `1d`.
 * @returns whole seconds, or undefined when the text is not a duration of at most a year
 */
export function parseDuration(text: string): number | undefined {
  const bare = fullMatch(/\d{1,8}/, text);
  if (!bare && (!fullMatch(/(\d{1,6}d)?(\d{1,6}h)?(\d{1,6}m)?(\d{1,8}s)?/, text) || text === ''))
    return undefined;
  let seconds = bare ? Number(text) : 0;
  for (const [, count, unit] of text.matchAll(/(\d+)([smhd])/g)) {
    seconds += Number(count) * secondsIn[unit as keyof typeof secondsIn];
  }
  return seconds <= 366 * 86_400 ? seconds : undefined;
}

/** `in 15 min`-style words for a person: `45 s`, `15 min`, `1 h 30 min`. Takes seconds, rounds to the minute above two. */
export function formatDuration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 120) return `${String(whole)} s`;
  const minutes = Math.round(whole / 60);
  if (minutes < 60) return `${String(minutes)} min`;
  const rest = minutes % 60;
  return `${String(Math.floor(minutes / 60))} h${rest === 0 ? '' : ` ${String(rest)} min`}`;
}

/** `16:15 UTC`, with the date in front when it is not the day of `now`. */
export function formatTime(at: Date, now: Date): string {
  const [day, time] = at.toISOString().split('T') as [string, string];
  const clock = `${time.slice(0, 5)} UTC`;
  return day === now.toISOString().slice(0, 10) ? clock : `${day} ${clock}`;
}
