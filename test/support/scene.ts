/** A job against a platform and a broker that behave as told; both are one server on loopback. */
import { resolve } from 'node:path';
import type { Certified } from './certificates.ts';
import { byPath, sequence, startFaultyServer, type Behaviour, type FaultyServer } from './faulty-server.ts';
import { Lender, mintIdToken } from './lender.ts';
import type { CommandFiles } from './runner-files.ts';
import { startJob, type Job, type JobOptions } from './runner.ts';
import { World, type Run, type WorldOptions } from './world.ts';

const dist = resolve(import.meta.dirname, '../../dist');
export const mainDoor = resolve(dist, 'main.cjs');
export const postDoor = resolve(dist, 'post.cjs');

type Play = Behaviour | readonly Behaviour[];

/** What each endpoint does; a list is played through and stays with its last. What is left out behaves well. */
export interface Script {
  readonly idToken?: Play;
  readonly token?: Play;
  readonly revoke?: Play;
  readonly tls?: Certified;
}

/** What a script can be made of. */
export interface Cast {
  readonly lender: Lender;
  /** Says nothing, until the job in this process has waited as long as it means to. */
  readonly silence: Behaviour;
  /** Begins as told, and is silent then. */
  readonly silentAfter: (beginning: Behaviour) => Behaviour;
  /** Does something to the command files of the job in this process, and then behaves as told. */
  readonly afterwards: (act: (files: CommandFiles) => void, then: Behaviour) => Behaviour;
}

export interface SceneOptions extends WorldOptions {
  /** More inputs, or others. */
  readonly inputs?: Readonly<Record<string, string>>;
}

export class Scene implements AsyncDisposable {
  readonly lender: Lender;
  readonly server: FaultyServer;
  readonly idToken: { readonly url: string; readonly token: string };

  readonly #worlds: World[];

  constructor(server: FaultyServer, lender: Lender, worlds: World[]) {
    this.server = server;
    this.lender = lender;
    this.#worlds = worlds;
    this.idToken = { url: `${server.url}/id-token?api-version=2.0`, token: 'bearer-of-the-platform' };
  }

  /** Requests that arrived at a path, in order. */
  arrived(path: '/id-token' | '/token' | '/revoke'): FaultyServer['requests'] {
    return this.server.requests.filter((request) => request.path.split('?')[0] === path);
  }

  /** The forms that arrived at a path. */
  forms(path: '/token' | '/revoke'): URLSearchParams[] {
    return this.arrived(path).map(({ body }) => new URLSearchParams(body));
  }

  inputs(more: Readonly<Record<string, string>> = {}): Record<string, string> {
    return { 'broker-url': this.server.url, role: 'deploy', ...more };
  }

  world(options: WorldOptions = {}): World {
    const env = {
      ACTIONS_ID_TOKEN_REQUEST_URL: this.idToken.url,
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: this.idToken.token,
    };
    const world = new World({ ...options, env: { ...env, ...options.env } });
    this.#worlds.push(world);
    return world;
  }

  /** The main step in this process, from its inputs to its exit status. */
  async main({ inputs, ...options }: SceneOptions = {}): Promise<Run & { readonly passedMs: number }> {
    using world = this.world(options);
    const run = await world.main(this.inputs(inputs));
    return { ...run, passedMs: world.clock.passedMs() };
  }

  /** A job whose steps are processes, for the built doors. */
  job(options: JobOptions = {}): Job {
    return startJob({ idToken: this.idToken, ...options });
  }

  /** The job in this process has waited as long as it means to. */
  passTime(): void {
    waitLong(this.#worlds);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.server.close();
  }
}

export async function startScene(script: Script | ((cast: Cast) => Script) = {}): Promise<Scene> {
  const lender = new Lender();
  const worlds: World[] = [];
  const { idToken, token, revoke, tls } =
    typeof script === 'function' ? script(castOf(lender, worlds)) : script;
  const behaviour = byPath({
    '/id-token': played(idToken ?? mintIdToken()),
    '/token': played(token ?? lender.lend),
    '/revoke': played(revoke ?? lender.takeBack),
  });
  const server = await startFaultyServer(behaviour, tls === undefined ? {} : { tls });
  return new Scene(server, lender, worlds);
}

/** Until one has given up, not only lost a little of its patience. */
function waitLong(worlds: readonly World[]): void {
  const clock = worlds.at(-1)?.clock;
  if (clock === undefined) return;
  const before = clock.passedMs();
  while (clock.passedMs() - before < 1000 && clock.jump());
}

function castOf(lender: Lender, worlds: readonly World[]): Cast {
  const silence: Behaviour = () => {
    waitLong(worlds);
  };
  return {
    lender,
    silence,
    silentAfter: (beginning) => (exchange) => {
      beginning(exchange);
      exchange.later(20, () => {
        silence(exchange);
      });
    },
    afterwards: (act, then) => (exchange) => {
      const world = worlds.at(-1);
      if (world !== undefined) act(world.files);
      then(exchange);
    },
  };
}

function played(play: Play): Behaviour {
  return typeof play === 'function' ? play : sequence(play);
}
