/** What keeps one session from everything, until it is over by itself. */
export interface Denied {
  readonly sessionName: string;
  /** Epoch milliseconds after which it can be forgotten. */
  readonly until: number;
}

/** Those that may be forgotten together stand together: a statement for each quarter of an hour. */
const bucketMs = 900_000;
const sid = /^EcUntil(\d{1,12})$/;

/**
 * An inline policy that denies everything to single sessions of the role it is attached to. In `aws:userid` a
 * session's own name follows the role's id:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
 */
export function denyDocument(denied: readonly Denied[]): string {
  const buckets = Map.groupBy(denied, ({ until }) => Math.ceil(until / bucketMs) * bucketMs);
  const statements = [...buckets].map(([until, those]) => ({
    Sid: `EcUntil${String(until / 1000)}`,
    Effect: 'Deny',
    Action: '*',
    Resource: '*',
    Condition: { StringLike: { 'aws:userid': those.map(({ sessionName }) => `*:${sessionName}`) } },
  }));
  return JSON.stringify({ Version: '2012-10-17', Statement: statements });
}

/**
 * Until when a document of ours is needed, in epoch milliseconds.
 * @returns undefined when it is not one of ours, or was changed by somebody
 */
export function neededUntil(document: string): number | undefined {
  const statements = statementsOf(document);
  const ends = statements.map((each) => Number(sid.exec(each)?.[1] ?? NaN) * 1000);
  return ends.length === 0 || ends.some(Number.isNaN) ? undefined : Math.max(...ends);
}

function statementsOf(document: string): string[] {
  try {
    const { Statement: found } = JSON.parse(document) as { Statement?: unknown };
    if (!Array.isArray(found)) return [];
    return found.map((each: unknown) => String((each as { Sid?: unknown } | null)?.Sid));
  } catch {
    return [];
  }
}
