import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv from 'ajv';

const root = join(import.meta.dirname, '../../..');
const read = (path: string): object => JSON.parse(readFileSync(join(root, path), 'utf8')) as object;

/** What a schema says against a report; empty where it has nothing to say. */
export type Verdict = (report: unknown) => string[];

/** The schema of SARIF 2.1.0 that OASIS and schemastore.org publish (rtm.5), as Microsoft’s matchers for jest carry it (MIT). */
export const sarifVerdict: Verdict = (report) => {
  const ajv = new Ajv({ schemaId: 'id', allErrors: true, logger: false });
  ajv.addMetaSchema(read('node_modules/ajv/lib/refs/json-schema-draft-04.json'));
  const path = 'node_modules/@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json';
  ajv.validate(read(path), report);
  return told(ajv);
};

/** What GitLab’s schemas of SAST reports, 15.0 to 15.2, demand, as far as ours has it; written from them, not copied. */
export const sastVerdict: Verdict = (report) => {
  const ajv = new Ajv({ allErrors: true });
  ajv.validate(sastSchema, report);
  return told(ajv);
};

function told(ajv: Ajv.Ajv): string[] {
  return (ajv.errors ?? []).map(({ dataPath, message = '' }) => `${dataPath} ${message}`);
}

const filled = { type: 'string', minLength: 1 };
const time = { type: 'string', pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}$' };
const tool = {
  type: 'object',
  required: ['id', 'name', 'version', 'vendor'],
  properties: {
    ...{ id: filled, name: filled, version: filled },
    vendor: { type: 'object', required: ['name'], properties: { name: filled } },
  },
};
const identifier = {
  type: 'object',
  required: ['type', 'name', 'value'],
  properties: { ...{ type: filled, name: filled, value: filled }, url: { pattern: '^(https?|ftp)://.+' } },
};
const place = { file: { type: 'string' }, start_line: { type: 'number' }, end_line: { type: 'number' } };
const signature = {
  type: 'object',
  required: ['algorithm', 'value'],
  properties: { algorithm: { enum: ['hash', 'location', 'scope_offset'] }, value: { type: 'string' } },
};
const tracked = {
  type: 'object',
  required: ['signatures'],
  additionalProperties: false,
  properties: { ...place, signatures: { type: 'array', minItems: 1, items: signature } },
};
const vulnerability = {
  type: 'object',
  required: ['id', 'identifiers', 'location'],
  additionalProperties: false,
  properties: {
    id: { pattern: '^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$' },
    name: { type: 'string', maxLength: 255 },
    description: { type: 'string', maxLength: 1_048_576 },
    severity: { enum: ['Info', 'Unknown', 'Low', 'Medium', 'High', 'Critical'] },
    solution: { type: 'string', maxLength: 7000 },
    identifiers: { type: 'array', minItems: 1, items: identifier },
    links: {
      type: 'array',
      items: { type: 'object', required: ['url'], properties: { url: { pattern: '^(https?|ftp)://.+' } } },
    },
    location: { type: 'object', additionalProperties: false, properties: place },
    tracking: {
      type: 'object',
      required: ['items'],
      properties: { type: { const: 'source' }, items: { type: 'array', items: tracked } },
    },
    raw_source_code_extract: { type: 'string' },
  },
};
const sastSchema = {
  type: 'object',
  required: ['scan', 'version', 'vulnerabilities'],
  additionalProperties: false,
  properties: {
    schema: { type: 'string', pattern: '^https?://.+' },
    version: { type: 'string', pattern: '^15\\.[0-9]+\\.[0-9]+$' },
    scan: {
      type: 'object',
      required: ['analyzer', 'end_time', 'scanner', 'start_time', 'status', 'type'],
      additionalProperties: false,
      properties: {
        ...{ analyzer: tool, scanner: tool, start_time: time, end_time: time },
        ...{ status: { enum: ['success', 'failure'] }, type: { enum: ['sast'] } },
      },
    },
    vulnerabilities: { type: 'array', items: vulnerability },
  },
};
