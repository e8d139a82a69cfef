import { describe, expect, test } from '@jest/globals';
import {
  isOpen,
  localText,
  readTimeOfDay,
  readZone,
  weekdays,
  windowText,
  type TimeWindow,
  type Zone,
} from '../../../src/broker/domain/time-window.ts';

function zone(name: string): Zone {
  const found = readZone(name);
  if (found === undefined) throw new Error(name);
  return found;
}

const all = weekdays;

function between(from: string, to: string, place: string, days: TimeWindow['days'] = all): TimeWindow {
  return {
    days,
    fromMinute: readTimeOfDay(from) ?? NaN,
    toMinute: readTimeOfDay(to) ?? NaN,
    zone: zone(place),
  };
}

const open = (window: TimeWindow, at: string): boolean => isOpen(window, new Date(at));

describe('a time window', () => {
  // 2026-11-20 is a Friday.
  test.each([
    ['2026-11-20T06:59:59.999Z', false],
    ['2026-11-20T07:00:00Z', true],
    ['2026-11-20T16:59:59.999Z', true],
    ['2026-11-20T17:00:00Z', false],
    ['2026-11-21T10:00:00Z', false],
  ])('begins with its first minute and ends before its last, where its clocks are: %s', (at, expected) => {
    expect(open(between('08:00', '18:00', 'Europe/Berlin', ['mon', 'fri']), at)).toBe(expected);
  });

  test.each([
    ['2026-11-20T21:59:00Z', false],
    ['2026-11-20T22:00:00Z', true],
    ['2026-11-21T00:00:00Z', true],
    ['2026-11-21T05:59:59Z', true],
    ['2026-11-21T06:00:00Z', false],
    ['2026-11-21T22:00:00Z', false],
    ['2026-11-20T05:00:00Z', false],
  ])('over midnight belongs to the day on which it begins: %s', (at, expected) => {
    expect(open(between('22:00', '06:00', 'UTC', ['fri']), at)).toBe(expected);
  });

  test('over midnight at the end of the week goes on with its first day', () => {
    const sunday = between('22:00', '06:00', 'UTC', ['sun']);
    expect(open(sunday, '2026-11-23T05:00:00Z')).toBe(true);
    expect(open(sunday, '2026-11-22T05:00:00Z')).toBe(false);
  });

  test('of a whole day has all of it', () => {
    const friday = between('00:00', '24:00', 'UTC', ['fri']);
    expect(open(friday, '2026-11-20T00:00:00Z')).toBe(true);
    expect(open(friday, '2026-11-20T23:59:59Z')).toBe(true);
    expect(open(friday, '2026-11-21T00:00:00Z')).toBe(false);
    expect(open(friday, '2026-11-19T23:59:59Z')).toBe(false);
  });

  test('until midnight may say so either way', () => {
    for (const to of ['24:00', '00:00']) {
      expect(open(between('20:00', to, 'UTC', ['fri']), '2026-11-20T23:59:00Z')).toBe(true);
      expect(open(between('20:00', to, 'UTC', ['fri']), '2026-11-21T00:00:00Z')).toBe(false);
    }
  });

  test('moves with summer time', () => {
    const office = between('08:00', '18:00', 'Europe/Berlin');
    expect(open(office, '2026-07-20T06:00:00Z')).toBe(true);
    expect(open(office, '2026-07-20T16:00:00Z')).toBe(false);
    expect(open(office, '2026-11-20T06:00:00Z')).toBe(false);
    expect(open(office, '2026-11-20T16:00:00Z')).toBe(true);
  });

  test('in the hour that the clocks leave out is closed; one that spans it is an hour shorter', () => {
    // Berlin, 2026-03-29: 01:59:59 (00:59:59Z) is followed by 03:00:00 (01:00:00Z).
    const missing = between('02:00', '03:00', 'Europe/Berlin');
    for (const at of ['2026-03-29T00:59:59Z', '2026-03-29T01:00:00Z', '2026-03-29T01:30:00Z'])
      expect(open(missing, at)).toBe(false);
    const spanning = between('02:30', '04:00', 'Europe/Berlin');
    expect(open(spanning, '2026-03-29T00:59:59Z')).toBe(false);
    expect(open(spanning, '2026-03-29T01:00:00Z')).toBe(true);
    expect(open(spanning, '2026-03-29T01:59:59Z')).toBe(true);
    expect(open(spanning, '2026-03-29T02:00:00Z')).toBe(false);
  });

  test('in the hour that comes twice is open twice', () => {
    // Berlin, 2026-10-25: 02:00 to 03:00 is 00:00Z to 01:00Z, and 01:00Z to 02:00Z again.
    const twice = between('02:00', '03:00', 'Europe/Berlin');
    expect(open(twice, '2026-10-24T23:59:59Z')).toBe(false);
    expect(open(twice, '2026-10-25T00:30:00Z')).toBe(true);
    expect(open(twice, '2026-10-25T01:30:00Z')).toBe(true);
    expect(open(twice, '2026-10-25T02:00:00Z')).toBe(false);
    const first = between('02:15', '02:45', 'Europe/Berlin');
    expect(open(first, '2026-10-25T01:00:00Z')).toBe(false);
    expect(open(first, '2026-10-25T01:15:00Z')).toBe(true);
  });

  test('on a day whose clocks leave out midnight begins when the day does', () => {
    // Cairo, Friday 2026-04-24: 23:59:59 of Thursday (21:59:59Z) is followed by 01:00:00.
    const friday = between('00:00', '08:00', 'Africa/Cairo', ['fri']);
    expect(open(friday, '2026-04-23T21:59:59Z')).toBe(false);
    expect(open(friday, '2026-04-23T22:00:00Z')).toBe(true);
  });

  test('knows the day where it is, not in Greenwich', () => {
    const friday = between('00:00', '24:00', 'Pacific/Kiritimati', ['fri']);
    expect(open(friday, '2026-11-19T10:00:00Z')).toBe(true);
    expect(open(friday, '2026-11-20T10:00:00Z')).toBe(false);
    expect(open(between('00:15', '00:30', 'Asia/Kathmandu'), '2026-11-19T18:35:00Z')).toBe(true);
  });

  test('is told with its days and place', () => {
    expect(windowText(between('22:00', '24:00', 'Europe/Berlin', ['mon', 'sun']))).toBe(
      'mon sun 22:00–24:00 Europe/Berlin',
    );
    expect(windowText(between('00:05', '09:30', 'UTC'))).toBe('every day 00:05–09:30 UTC');
    expect(localText(zone('Europe/Berlin'), new Date('2026-11-20T23:07:00Z'))).toBe(
      'sat 00:07 Europe/Berlin',
    );
  });
});

test.each(['8:00', '08:0', '24:01', '25:00', '08:60', '08.00', '08:00:00', '', ' 08:00', '0800'])(
  '%j is no time of day',
  (text) => {
    expect(readTimeOfDay(text)).toBeUndefined();
  },
);

test.each([
  'Europe/Berlim',
  'CET',
  'EST',
  '+02:00',
  'Etc/GMT+2',
  'Etc/UTC',
  '',
  'Local',
  'europe',
  'UTC+1',
  '../UTC',
])('%j is no time zone', (name) => {
  expect(readZone(name)).toBeUndefined();
});

test.each(['UTC', 'Europe/Berlin', 'America/Argentina/Buenos_Aires', 'America/Port-au-Prince'])(
  '%s is a time zone',
  (name) => {
    expect(readZone(name)?.name).toBe(name);
  },
);
