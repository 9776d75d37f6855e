/** Who is who, as far as mail addresses and names of the code host tell. Every doubt is decided against the approval. */

/** `12345+alice@users.noreply.github.com`: the address that GitHub commits with for those who hide theirs. */
const NOREPLY = /^(?:\d+\+)?([^@+]+)@users\.noreply\.[^@]+$/;

/** An address or name in the one spelling it is compared in: lower case, without `+tag` (RFC 5233 section 1). */
export function canonicalPerson(who: string): string {
  const text = who.trim().toLowerCase();
  const handle = NOREPLY.exec(text)?.[1];
  if (handle !== undefined) return `@${handle}`;
  return text.startsWith('@') ? text : text.replace(/\+[^@]*(?=@)/, '');
}

/** The name that an address or a name of the code host goes by. */
function shortName(canonical: string): string {
  return canonical.startsWith('@') ? canonical.slice(1) : canonical.slice(0, canonical.indexOf('@'));
}

/** Whether two could be the same person: the same address, or a name that is the first part of the other's address. */
export function mayBeSame(one: string, other: string): boolean {
  const [a, b] = [canonicalPerson(one), canonicalPerson(other)];
  if (a === b) return true;
  return a.startsWith('@') !== b.startsWith('@') && shortName(a) === shortName(b);
}

/**
 * How many different people these are at least. A name of the code host counts beside addresses only when none of them
 * could be its own; so one more person never lowers the count.
 */
export function countPeople(people: readonly string[]): number {
  const all = [...new Set(people.map(canonicalPerson))];
  const addresses = all.filter((who) => !who.startsWith('@'));
  const known = new Set(addresses.map(shortName));
  return addresses.length + all.filter((who) => who.startsWith('@') && !known.has(shortName(who))).length;
}
