// Preloaded into a broker's process (`node --import`): kills it at one place of lending, or of closing a job, where its
// store is SQLite.
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { DatabaseSync } from 'node:sqlite';

const place = process.env['DIE_AT'];
const activation = "UPDATE leases SET state = CASE state WHEN 'intent'";
const ending = 'SELECT closed FROM job_events';
let activated = false;
let written = false;
/** Which step of a told end of a job is in the log, but maybe not on the disk. */
let told: string | undefined;

const die = (): void => {
  process.kill(process.pid, 'SIGKILL');
};

const prototype = DatabaseSync.prototype as { prepare: (this: DatabaseSync, text: string) => unknown };
const { prepare } = prototype;
prototype.prepare = function (text) {
  if (text.startsWith(activation)) {
    if (place === 'activation') die();
    activated = true;
  }
  if (text.startsWith('INSERT INTO leases')) written = true;
  if (text.startsWith('INSERT INTO job_events')) told = 'event-kept';
  if (text.startsWith('UPDATE job_events SET closed')) told = 'event-closed';
  if (text.startsWith(ending) && place === 'event-answered') throw new Error('a fault of the test');
  if (text.startsWith('DELETE FROM job_events WHERE id =') && place === 'event-written-down') die();
  return prepare.call(this, text);
};

// What is synced next is the log with the activation in it, or with what was lent at once.
const { fdatasync } = fs;
const dyingOnceSynced = (file: number, done: fs.NoParamCallback): void => {
  if (written && place === 'audit') die();
  fdatasync(file, (error) => {
    if (
      (activated && place === 'answer') ||
      (written && place === 'delivery') ||
      (told !== undefined && told === place)
    )
      die();
    done(error);
  });
};
fs.fdatasync = Object.assign(dyingOnceSynced, { __promisify__: fdatasync.__promisify__ });
syncBuiltinESMExports();
