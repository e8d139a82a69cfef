import type { Forge } from './forge.ts';
import { github } from './github.ts';
import { gitlab } from './gitlab.ts';

/** Every platform whose API can be asked. */
export const forges: readonly Forge[] = [github, gitlab];
