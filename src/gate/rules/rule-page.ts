import type { RuleText } from './rule.ts';

/** Where a rule is described: what scripts/generate makes of it. */
export function ruleUrl({ id }: Pick<RuleText, 'id'>): string {
  return `https://github.com/org/ephemeral-creds/blob/main/docs/reference/gate/${id}.md`;
}

/** What to write instead, as Markdown. */
export function hintMarkdown({ hint }: Pick<RuleText, 'hint'>): string {
  return [hint.text, 'Instead of', fenced(hint.before), 'write', fenced(hint.after)].join('\n\n');
}

function fenced(text: string): string {
  return `\`\`\`yaml\n${text}\n\`\`\``;
}
