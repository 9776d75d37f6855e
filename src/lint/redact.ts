/** What code frames may show of a file. Masks keep the length, so that positions hold. */

/** JWK members that are public: RFC 7517 section 4, RFC 7518 section 6, RFC 8037 section 2, RFC 9964 section 3. */
const PUBLIC_MEMBERS: ReadonlySet<string> = new Set(
  'keys kty use key_ops alg kid x5u x5c x5t x5t#S256 crv x y n e pub ext exp iat nbf revoked'.split(' '),
);

const MASK = '•';

/** Any text: signatures of tokens and bodies of private keys are masked. */
export function redactText(text: string): string {
  return text
    .replaceAll(/(\beyJ[\w-]*\.[\w-]*\.)([\w.-]+)/g, (_, shown: string, secret: string) => shown + masked(secret))
    .replaceAll(
      /(-----BEGIN [A-Z ]*PRIVATE KEY-----)([\s\S]*?)(?=-----END|$)/g,
      (_, head: string, body: string) => head + masked(body),
    );
}

/** A token file: header and claims stay, the rest goes; what does not look like a token could be any secret. */
export function redactToken(text: string): string {
  const redacted = redactText(text);
  return /^\s*eyJ[\w-]*\.[\w-]*\./.test(text) ? redacted : masked(redacted);
}

/**
 * A key set: every text and long number under a member that is not known to be public. Works on tokens of JSON instead
 * of its grammar, because broken files are shown too.
 */
export function redactJwks(text: string): string {
  let member = '';
  return text.replaceAll(/"(?:[^"\\\n]|\\.)*"?|\d{6,}/g, (found, offset: number) => {
    const isName = /^\s*:/.test(text.slice(offset + found.length, offset + found.length + 64));
    if (found.startsWith('"') && isName) {
      member = found.slice(1, -1);
      return found;
    }
    if (PUBLIC_MEMBERS.has(member)) return found;
    return found.startsWith('"') && found.length > 1
      ? `"${masked(found.slice(1, -1))}${found.endsWith('"') ? '"' : MASK}`
      : masked(found);
  });
}

function masked(text: string): string {
  return text.replaceAll(/\S/g, MASK);
}
