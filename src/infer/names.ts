/** Longest name that a document takes (RFC 1123 section 2.1), with room for a number at the end. */
const MAX_NAME = 56;

/** A text as the name of a document: lower case, hyphens for all else. @param fallback where nothing of it is left */
export function slugOf(text: string, fallback: string): string {
  const slug = text
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, MAX_NAME)
    .replaceAll(/^-+|-+$/g, '');
  return slug === '' ? fallback : slug;
}

/** Gives each name once: the second `api` is `api-2`. */
export function uniqueNames(): (name: string) => string {
  const taken = new Set<string>();
  return (name) => {
    let chosen = name;
    for (let count = 2; taken.has(chosen); count += 1) chosen = `${name}-${count}`;
    taken.add(chosen);
    return chosen;
  };
}

/** The last segment of its path, `shop` of `https://id.example.com/realms/shop`, or its host. */
export function issuerName(issuer: string): string {
  if (!URL.canParse(issuer)) return slugOf(issuer, 'issuer');
  const { hostname, pathname } = new URL(issuer);
  const last = pathname.split('/').findLast((segment) => segment !== '') ?? '';
  return slugOf(last, slugOf(hostname, 'issuer'));
}

/** What a block calls itself: `login` of `provider login of listener public`. */
export function blockName(name: string, fallback: string): string {
  const [first = '', second] = name.split(/\s+/);
  return slugOf(second ?? first, fallback);
}
