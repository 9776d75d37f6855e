/** Hash (see `compromisedHash`) to the place where the private half can be read or computed. */
export const PUBLISHED_KEYS: ReadonlyMap<string, string> = new Map();
