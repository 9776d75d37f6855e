import type { Pointer } from '../model/document.ts';
import { showText } from '../source/show-text.ts';

/** The parts of an RFC 6901 pointer, unescaped. */
export function segmentsOf(pointer: Pointer): readonly string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** An own member of a mapping or an item of a list; undefined when there is none. */
export function memberOf(data: unknown, key: string | number): unknown {
  return typeof data === 'object' && data !== null && Object.hasOwn(data, key)
    ? (data as Readonly<Record<string | number, unknown>>)[key]
    : undefined;
}

/** The value at a pointer; undefined when there is none. */
export function valueAt(data: unknown, pointer: Pointer): unknown {
  return segmentsOf(pointer).reduce(memberOf, data);
}

/** Keys that a path shows without quotes. */
const PLAIN = /^[\w.-]{1,60}$/;

/** `spec.tokens.access_token.lifetime.max`, `spec.issuers[0]`, `the document`. */
export function showPath(pointer: Pointer): string {
  const path = segmentsOf(pointer)
    .map((part) => (/^\d+$/.test(part) ? `[${part}]` : `.${PLAIN.test(part) ? part : showText(part)}`))
    .join('');
  return path === '' ? 'the document' : path.replace(/^\./, '');
}
