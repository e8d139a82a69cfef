import { z } from 'zod';

// https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html, Policy
const mostCharacters = 2048;
const foreign = /[^\t\n\r\u0020-\u00ff]/u;

const texts = z.union([z.string().min(1), z.array(z.string().min(1)).min(1)]);
const values = z.union([
  z.string(),
  z.number(),
  z.boolean(),
  z.array(z.union([z.string(), z.number(), z.boolean()])).min(1),
]);

const statement = z
  .strictObject(
    {
      Sid: z.string().optional(),
      Effect: z.enum(['Allow', 'Deny'], { error: 'write Allow or Deny' }),
      Action: texts.optional(),
      NotAction: texts.optional(),
      Resource: texts.optional(),
      NotResource: texts.optional(),
      Condition: z.record(z.string(), z.record(z.string(), values)).optional(),
    },
    {
      error: (issue) =>
        issue.code === 'unrecognized_keys' ? `a session policy has no ${issue.keys.join(', ')}` : undefined,
    },
  )
  .refine(({ Action: one, NotAction: other }) => (one === undefined) !== (other === undefined), {
    error: 'write Action, or NotAction',
  })
  .refine(({ Resource: one, NotResource: other }) => (one === undefined) !== (other === undefined), {
    error: 'write Resource, or NotResource',
  });

const document = z.strictObject({
  Version: z.literal('2012-10-17', { error: "write Version: '2012-10-17', in quotes" }),
  Id: z.string().optional(),
  Statement: z.union([statement.transform((one) => [one]), z.array(statement).min(1)], {
    error: 'write at least one statement: { Effect, Action, Resource }',
  }),
});

/** As IAM's own documents are written: JSON in a text, or the same as YAML. In memory the compact JSON that is sent. */
export const sessionPolicy = z
  .union([z.string(), z.record(z.string(), z.unknown())], {
    error: 'write a policy document, as JSON or YAML',
  })
  .transform((written, context) => (typeof written === 'string' ? readJson(written, context) : written))
  .pipe(document)
  .transform((checked, context) => fitting(JSON.stringify(checked), context));

type Context = z.core.$RefinementCtx;

function readJson(text: string, context: Context): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    context.addIssue({ code: 'custom', message: 'this is no JSON' });
    return z.NEVER;
  }
}

function fitting(json: string, context: Context): string {
  if (json.length > mostCharacters)
    return refuse(
      context,
      `${String(json.length)} characters without spaces; AWS takes ${String(mostCharacters)}`,
    );
  if (foreign.test(json)) return refuse(context, 'AWS takes no characters above U+00FF in a policy');
  return json;
}

function refuse(context: Context, message: string): never {
  context.addIssue({ code: 'custom', message });
  return z.NEVER;
}
