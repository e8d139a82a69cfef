import type { Engine } from './engine.ts';
import { aws } from './aws.ts';
import { githubApp } from './github-app.ts';
import { jwt } from './jwt.ts';
import { postgres } from './postgres.ts';
import { ssh } from './ssh.ts';
import { staticValue } from './static.ts';

/** Every way to mint credentials. */
export const engines: readonly Engine[] = [aws, githubApp, jwt, postgres, ssh, staticValue];
