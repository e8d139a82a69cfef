import { fullMatch } from '../../domain/pattern.ts';

export const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
type Weekday = (typeof weekdays)[number];

/**
 * Times of the week, as the clocks on the walls of a place show them. Of an hour that its clocks leave out nothing is in
 * the window; an hour that they show twice is in it twice.
 */
export interface TimeWindow {
  /** The days on which it begins. */
  readonly days: readonly Weekday[];
  /** Minutes since midnight. The end is outside; one before the beginning is on the next day. */
  readonly fromMinute: number;
  readonly toMinute: number;
  readonly zone: Zone;
}

/** A place's time, by its name in the IANA time zone database. */
export interface Zone {
  readonly name: string;
  /** What the clocks there show. */
  readonly local: (at: Date) => LocalTime;
}

interface LocalTime {
  readonly day: Weekday;
  readonly minute: number;
}

const minutesOfDay = 1440;

/** Reads `08:00` as minutes since midnight; `24:00` is the day's end. Undefined for all else. */
export function readTimeOfDay(text: string): number | undefined {
  if (!fullMatch(/([01]\d|2[0-3]):[0-5]\d|24:00/, text)) return undefined;
  const [hours, minutes] = text.split(':');
  return Number(hours) * 60 + Number(minutes);
}

/** @returns undefined where the database has no such place; abbreviations and offsets know no summer time */
export function readZone(name: string): Zone | undefined {
  // Of `Etc/GMT+2` the sign means the opposite of what it seems to.
  if (!fullMatch(/UTC|(?!Etc\/)[A-Za-z_]+(\/[A-Za-z_-]+){1,2}/, name)) return undefined;
  let format: Intl.DateTimeFormat;
  try {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: name,
      weekday: 'short',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    });
  } catch {
    return undefined;
  }
  return { name, local: (at) => localTime(format, at) };
}

function localTime(format: Intl.DateTimeFormat, at: Date): LocalTime {
  const parts = new Map(format.formatToParts(at).map(({ type, value }) => [type, value]));
  const day = weekdays.find((each) => each === parts.get('weekday')?.toLowerCase());
  const minute = Number(parts.get('hour')) * 60 + Number(parts.get('minute'));
  if (day === undefined || !(minute >= 0)) throw new Error('the platform tells the time in another form');
  return { day, minute };
}

/** Whether the window is open. */
export function isOpen({ days, fromMinute, toMinute, zone }: TimeWindow, at: Date): boolean {
  const { day, minute } = zone.local(at);
  if (fromMinute < toMinute) return days.includes(day) && minute >= fromMinute && minute < toMinute;
  return (days.includes(day) && minute >= fromMinute) || (days.includes(dayBefore(day)) && minute < toMinute);
}

function dayBefore(day: Weekday): Weekday {
  return weekdays.at(weekdays.indexOf(day) - 1) ?? day;
}

/** `mon tue 22:00–06:00 Europe/Berlin` */
export function windowText({ days, fromMinute, toMinute, zone }: TimeWindow): string {
  const which = days.length === weekdays.length ? 'every day' : days.join(' ');
  return `${which} ${timeText(fromMinute)}–${timeText(toMinute)} ${zone.name}`;
}

/** `fri 19:12 Europe/Berlin` */
export function localText({ name, local }: Zone, at: Date): string {
  const { day, minute } = local(at);
  return `${day} ${timeText(minute)} ${name}`;
}

function timeText(minute: number): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  return minute === minutesOfDay ? '24:00' : `${two(Math.floor(minute / 60))}:${two(minute % 60)}`;
}
