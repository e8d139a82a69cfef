/** Text of an INI file but for some of its sections: each is everything from its heading to the next one. */
export function withoutSections(text: string, names: readonly string[]): string {
  let dropping = false;
  const kept = text.split('\n').filter((line) => {
    const name = headingOf(line);
    if (name !== undefined) dropping = names.includes(name);
    return !dropping;
  });
  return kept.join('\n').trim();
}

/** Lines of one section, without its heading. */
export function sectionOf(text: string, wanted: string): string[] {
  let inside = false;
  return text.split('\n').filter((line) => {
    const name = headingOf(line);
    if (name !== undefined) inside = name === wanted;
    return inside && name === undefined;
  });
}

/** `[ profile  x ]` is `profile x`. */
function headingOf(line: string): string | undefined {
  const [, name] = /^\s*\[(.*?)\]/.exec(line) ?? [];
  return name?.trim().replace(/\s+/g, ' ').replaceAll(/["']/g, '');
}
