/** A part of a path that names one thing of many: a number, a UUID, a long hash. */
const IDENTIFIER = /^(?:\d+|[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{16,}|(?=[\w-]*\d)[\w-]{24,})$/i;

/** The route of a path for people: `/v1/orders/4711` is one of `/v1/orders/*`. Paths are grouped so, never decided so. */
export function routeName(path: string): string {
  if (!/\d/.test(path)) return path;
  return path
    .split('/')
    .map((part) => (IDENTIFIER.test(part) ? '*' : part))
    .join('/');
}
