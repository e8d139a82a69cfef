import type { Job } from '../domain/job.ts';

/**
 * The job as one sees it who must go on although nobody may be listening any more: a closed pipe or a full disk
 * keeps nothing from being given back. Never for a step that has secrets to hide.
 */
export function unheard(job: Job): Job {
  const quietly =
    <Words extends readonly unknown[]>(say: (...words: Words) => void) =>
    (...words: Words): void => {
      try {
        say(...words);
      } catch {
        // Nobody hears it.
      }
    };
  return {
    ...job,
    mask: quietly((patterns: readonly string[]) => {
      job.mask(patterns);
    }),
    tell: quietly((level: Parameters<Job['tell']>[0], text: string) => {
      job.tell(level, text);
    }),
    summarise: quietly((markdown: string) => {
      job.summarise(markdown);
    }),
  };
}
