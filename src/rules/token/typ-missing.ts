import type { Report, Rule } from '../../model/finding.ts';
import { CLAIMS, HEADER, ordersPolicy, tokenText } from '../example-tokens.ts';
import { governing } from '../token-facts.ts';

const { typ: _typ, ...untyped } = HEADER;

/** Claims that make a token one of a kind with a type of its own. */
const KINDS: readonly (readonly [string, readonly string[], string])[] = [
  ['status_list', ['statuslist+jwt'], 'Token Status List section 5.1'],
  ['events', ['secevent+jwt', 'logout+jwt'], 'RFC 8417 section 2.3'],
  ['token_introspection', ['token-introspection+jwt'], 'RFC 9701 section 5'],
];

export const rule: Rule<'token'> = {
  id: 'token/typ-missing',
  on: 'token',
  severity: 'warning',
  securitySeverity: 4.8,
  confidence: 'certain',
  summary: 'A token does not say of what type it is, or says another one.',
  why: 'Access tokens, ID tokens, logout tokens and events come from one issuer under one key. Without a type, one is taken for another: an ID token that any client holds then opens an API.',
  fix: 'Have the issuer write typ, at+jwt for access tokens, and have verifiers demand it.',
  sources: ['RFC 9068 section 2.1', 'RFC 9068 section 4', 'RFC 8725 section 3.11'],
  since: '0.1.0',
  examples: {
    bad: [{ files: { 'token.jwt': tokenText(untyped, CLAIMS), 'policy.yaml': ordersPolicy() } }],
    good: [{ files: { 'token.jwt': tokenText(HEADER, CLAIMS), 'policy.yaml': ordersPolicy() } }],
  },
  *check(token, estate): Iterable<Report> {
    const typ = typeOf(token.header['typ']);
    const shown = typ === 'absent' ? 'no typ' : `typ ${JSON.stringify(typ.slice(0, 40))}`;
    for (const [claim, types, source] of KINDS) {
      if (token.claims[claim] === undefined || types.includes(typ)) continue;
      yield {
        at: token.at,
        message: `token with the claim ${claim} has ${shown}; ${source} asks for ${types.join(' or ')}`,
        subject: 'header.typ',
        value: token.fingerprint,
      };
      return;
    }
    const classes = governing(token, estate);
    const [first] = classes;
    if (first === undefined || classes.some(({ rules }) => rules.typ.value.includes(typ))) return;
    const wanted = [...new Set(classes.flatMap(({ rules }) => rules.typ.value))];
    const written = classes.find(({ rules }) => rules.typ.at !== null);
    yield {
      at: token.at,
      message: `token has ${shown}; policy "${first.policy.name}" takes ${wanted.join(', ')}${written === undefined ? ' by default' : ''}`,
      subject: 'header.typ',
      value: token.fingerprint,
      severity: written === undefined ? 'warning' : 'error',
      ...(written?.rules.typ.at == null ? {} : { related: [{ at: written.rules.typ.at, message: 'typ' }] }),
    };
  },
};

function typeOf(typ: unknown): string {
  return typeof typ === 'string' ? typ.toLowerCase().replace(/^application\//, '') : 'absent';
}
