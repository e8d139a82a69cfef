/**
 * Reads an AWS credentials or config file as the AWS CLI User Guide describes it (Configuration and credential file
 * settings): sections in brackets, `name = value` lines, `#` comments, indented lines nested below a setting. Written
 * from that page and not from our exporter, so that it can disagree.
 */
export type Ini = Record<string, Record<string, string>>;

export function readIni(text: string): Ini {
  const sections: Ini = {};
  let current: Record<string, string> | undefined;
  for (const line of text.split('\n')) {
    if (line.trim() === '' || /^\s*[#;]/.test(line)) continue;
    const heading = /^\[([^\]]+)\]\s*$/.exec(line);
    if (heading !== null) {
      const name = heading[1]?.trim() ?? '';
      if (Object.hasOwn(sections, name)) throw new Error(`the section ${name} comes twice`);
      current = sections[name] = {};
      continue;
    }
    const setting = /^([a-z_0-9]+)\s*=\s*(.*?)\s*$/.exec(line);
    if (setting === null || current === undefined) throw new Error(`a line that is no setting: ${line}`);
    const [, name = '', value = ''] = setting;
    if (Object.hasOwn(current, name)) throw new Error(`the setting ${name} comes twice`);
    current[name] = value;
  }
  return sections;
}
