const texts = new WeakMap<Response, string>();

/**
 * An answer in JSON. Its text becomes a body only where somebody reads it (`withBody`): the body of a `Response` is a
 * stream, which costs more than all the rest of it, and a server can send the text as it is.
 */
export function jsonAnswer(value: object, status = 200): Response {
  const answer = new Response(null, { status, headers: { 'content-type': 'application/json' } });
  texts.set(answer, JSON.stringify(value));
  return answer;
}

/** The text of an answer that has no body yet; undefined: it is whole. */
export function textOf(answer: Response): string | undefined {
  return texts.get(answer);
}

/** The answer as everybody reads it. */
export function withBody(answer: Response): Response {
  const text = texts.get(answer);
  if (text === undefined) return answer;
  const { status, headers } = answer;
  return new Response(text, { status, headers });
}
