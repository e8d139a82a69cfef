import { describe, expect, test } from '@jest/globals';
import { Secret } from '../../../src/domain/secret.ts';
import { makeLog, type LogLevel } from '../../../src/broker/telemetry/log.ts';

function written(
  level: LogLevel = 'debug',
  attended = false,
): { log: ReturnType<typeof makeLog>; lines: string[] } {
  const lines: string[] = [];
  return { lines, log: makeLog({ level, attended, write: (line) => void lines.push(line) }) };
}

describe('the log', () => {
  test('is a JSON object a line, with time, level, message and what belongs to it', () => {
    const { log, lines } = written();
    log.info('answered', { request_id: 'req_1', status: 200 });
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/^\{.*\}\n$/);
    expect(JSON.parse(lines[0] ?? '')).toEqual({
      level: 'info',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      message: 'answered',
      request_id: 'req_1',
      status: 200,
    });
  });

  test.each<[LogLevel, string[]]>([
    ['error', ['error']],
    ['warn', ['error', 'warn']],
    ['info', ['error', 'warn', 'info']],
    ['debug', ['error', 'warn', 'info', 'debug']],
  ])('at level %s tells no less and no more', (level, told) => {
    const { log, lines } = written(level);
    for (const each of ['error', 'warn', 'info', 'debug'] as const) log[each](each);
    expect(lines.map((line) => (JSON.parse(line) as { level: string }).level)).toEqual(told);
  });

  const hostile = 'a\r\n{"level":"info"}\u001b[31m\u202etxt\u0085\u2028\u200b\u{e0041}';

  test.each([false, true])(
    'B31 no text makes a line of its own or moves a terminal (attended: %p)',
    (attended) => {
      const { log, lines } = written('info', attended);
      log.warn(hostile, { error: new Error(hostile), problems: [hostile], [hostile]: hostile });
      expect(lines).toHaveLength(1);
      expect(lines[0]?.slice(0, -1)).toMatch(/^[^\p{C}\p{Zl}\p{Zp}]+$/u);
      if (attended) return;
      expect(JSON.parse(lines[0] ?? '')).toMatchObject({
        message: hostile,
        error: hostile,
        problems: [hostile],
      });
    },
  );

  test('B31 texts, lists and depths are bounded, and half a character is none', () => {
    const { log, lines } = written();
    const deep = { a: { b: { c: { d: { e: 'too deep' } } } } };
    log.info('x'.repeat(100_000), {
      long: '\u{1f600}'.repeat(5000),
      many: Array.from({ length: 1000 }, () => 'y'.repeat(100)),
      deep,
    });
    expect(lines[0]?.length).toBeLessThan(12_000);
    expect(lines[0]).not.toContain('too deep');
    expect(lines[0]?.isWellFormed()).toBe(true);
  });

  test('secrets, stacks and an error’s other members are not in it', () => {
    const { log, lines } = written();
    const error = Object.assign(new Error('it failed'), { token: 'secret-1', cause: new Error('secret-2') });
    log.error('trouble', { error, held: new Secret('secret-3'), at: new Date(0) });
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      error: 'it failed',
      held: '[secret]',
      at: '1970-01-01T00:00:00.000Z',
    });
    expect(lines[0]).not.toMatch(/secret-|\.ts:/);
  });

  test('for a person it is a line of text', () => {
    const { log, lines } = written('info', true);
    log.warn('not ready', { parts: ['store'], request_id: 'req_1' });
    expect(lines[0]).toMatch(/^\d\d:\d\d:\d\d warn  not ready \(parts=\["store"\], request_id=req_1\)\n$/);
  });
});
