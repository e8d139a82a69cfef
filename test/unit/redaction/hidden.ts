import { fc } from '../../support/property.ts';
import { Secret } from '../../../src/domain/secret.ts';
import { masksOfSecret } from '../../../src/redaction/masks.ts';
import { compilePatterns, makeRedactor } from '../../../src/redaction/redactor.ts';
import { createMasker } from '../../support/masker.ts';
import { charactersOf, type Shape } from './shapes.ts';

/** How one window of the secret could show in a rendering: one form for each alignment. */
export type Forms = (window: string) => string[];

/** Eight bytes of the secret, or as many as whole characters need. */
export function windowsOf(stretch: string): string[] {
  const characters = charactersOf(stretch);
  return characters.flatMap((_, start) => {
    let end = start;
    for (let size = 0; size < 8; end++) {
      const next = characters[end];
      if (next === undefined) return [];
      size += Buffer.byteLength(next);
    }
    return [characters.slice(start, end).join('')];
  });
}

/** The log after masking, line by line, with nothing but what was registered. */
export function masked(secret: string, text: string): string {
  const masker = createMasker({ derive: false });
  for (const pattern of masksOfSecret(new Secret(secret))) masker.add(pattern);
  return text
    .split('\n')
    .map((line) => masker.mask(line))
    .join('\n');
}

/** The same by the redactor of streams, which sees the text cut somewhere. */
function redacted(secret: string, text: string): string {
  const bytes = Buffer.from(text);
  const redactor = makeRedactor(compilePatterns([secret]));
  const cut = bytes.length % 97;
  const first = Buffer.from(redactor.push(bytes.subarray(0, cut)));
  const second = Buffer.from(redactor.push(bytes.subarray(cut)));
  return Buffer.concat([first, second, redactor.end()]).toString();
}

const hiders = [masked, redacted];

/** @throws when a window is readable after masking, and when the rendering did not show one before */
export function assertHidden(shape: Shape, text: string, forms: Forms): void {
  for (const hide of hiders) assertNoWindow(shape, { text, after: hide(shape.secret, text) }, forms);
}

/** The same for a text that was broken into lines: its reader joins them again. */
export function assertHiddenOverLines(shape: Shape, lines: readonly string[], forms: Forms): void {
  for (const hide of hiders) {
    const after = hide(shape.secret, lines.join('\n')).replaceAll('\n', '');
    assertNoWindow(shape, { text: lines.join(''), after }, forms);
  }
}

function assertNoWindow(shape: Shape, { text, after }: { text: string; after: string }, forms: Forms): void {
  let shown = false;
  for (const window of shape.hidden.flatMap(windowsOf))
    for (const form of forms(window)) {
      shown ||= text.includes(form);
      if (after.includes(form)) throw new Error(`${shape.name}: ${form} is readable in ${after}`);
    }
  if (!shown) throw new Error(`${shape.name}: the rendering shows nothing that could be hidden: ${text}`);
}

export interface Rendering {
  readonly render: (secret: string) => string;
  readonly forms: Forms;
}

/** Checks a rendering over random secrets of the shapes. */
export function checkHidden(shapes: fc.Arbitrary<Shape>, { render, forms }: Rendering, numRuns = 40): void {
  fc.assert(
    fc.property(shapes, (shape) => {
      assertHidden(shape, render(shape.secret), forms);
    }),
    { numRuns },
  );
}

/** The characters of base64 that eight bytes decide alone, for each alignment. */
export function base64Forms(bytes: Buffer): string[] {
  return [0, 1, 2].map((before) => {
    const text = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64url');
    return text.slice([0, 2, 3][before], Math.floor(((before + bytes.length) * 4) / 3));
  });
}
