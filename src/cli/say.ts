import { CredsError } from '../domain/errors.ts';

/**
 * Prints. That the reader has gone (`… | head -1`) changes nothing of what a command has found out, nor its exit
 * status; a disk that is full does.
 * @throws CredsError `internal` when the text could not be written although someone wants it
 */
export function say(print: (text: string) => void, text: string): void {
  try {
    print(text);
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'EPIPE') return;
    throw new CredsError('internal', 'What was to be printed could not be written.', {
      cause,
      hint: 'Check the disk that standard output leads to.',
    });
  }
}
