/** The kind of a foreign error and where it came from, without its message: that may quote a file. */
export function placeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'an unknown error';
  const frames = (error.stack ?? '').replace(error.message, '').split('\n');
  return [
    `${error.name}, a defect: please report it.`,
    ...frames.filter((line) => line.startsWith('    at ')).slice(0, 8),
  ].join('\n');
}
