import { github } from './github.ts';
import { gitlab } from './gitlab.ts';
import type { JobEvents } from './job-event.ts';

/** Every platform that tells by webhook when a job has ended. */
export const jobEvents: readonly JobEvents[] = [github, gitlab];
