import { fileReaders } from '../../src/gate/files/registry.ts';
import type { PipelineFile } from '../../src/gate/files/file.ts';
import { readText } from '../../src/gate/files/read-text.ts';
import type { Wish } from '../../src/gate/fixes/fix.ts';
import { fixText, type FixedText, type Means } from '../../src/gate/fixes/fix-text.ts';
import { fixes } from '../../src/gate/fixes/registry.ts';
import { ruleBook } from '../../src/gate/rules/registry.ts';

/** What `gate fix` is told where a test says nothing else. */
export function fixWish(to: Wish['to'], more: Partial<Wish> = {}): Wish {
  return {
    to,
    brokerUrl: to === 'broker' ? 'https://broker.example.com' : undefined,
    action: 'org/ephemeral-creds@0123456789abcdef0123456789abcdef01234567',
    actionComment: 'v1',
    values: {},
    prefix: '',
    branch: 'main',
    repositoryId: '456789',
    ownerId: '123456',
    gitlabUrl: undefined,
    ...more,
  };
}

const means: Means = { readers: fileReaders, book: ruleBook, fixes, classification: {}, scripts: [] };

export function pipeline(path: string, text: string): PipelineFile {
  const file = readText(path, text, fileReaders);
  if ('problem' in file) throw new Error(file.problem);
  return file;
}

export function fixed(path: string, text: string, wish: Wish): FixedText {
  return fixText(pipeline(path, text), wish, means);
}
