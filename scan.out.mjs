const WORD = 4;
const QUOTE = 34;
const BACKSLASH = 92;
const COMMA = 44;
const COLON = 58;
const OPEN_BRACE = 123;
const CLOSE_BRACE = 125;
const OPEN_BRACKET = 91;
const CLOSE_BRACKET = 93;
const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;
const SPACE = 32;
const MINUS = 45;
const ZERO = 48;
const NINE = 57;
/** Most members of a line; more are no access log. */
const MAX_MEMBERS = 64;
/** Names that are remembered, so that they are known when they come again at the same place. */
const MAX_NAMES = 256;
/** @param wanted names whose values are found; `stop` names that leave the line to the parser */
function createLineScanner(wanted, stop) {
  const kinds = new Uint8Array(wanted.length);
  const starts = new Int32Array(wanted.length);
  const ends = new Int32Array(wanted.length);
  const versions = new Int32Array(wanted.length);
  /** The list that each name had last. */
  const lists = [];
  /** Names that were met, as bytes; the first are the wanted ones. */
  const names = wanted.map((name) => new TextEncoder().encode(name));
  const stops = new Set(stop);
  /** Number of the name that came at each place of the line before: the next line mostly has the same. */
  const order = new Int32Array(MAX_MEMBERS).fill(-1);
  const isName = (id, bytes, start, end) => {
    const name = names[id];
    if (name === void 0 || name.length !== end - start) return false;
    for (let at = name.length - 1; at >= 0; at -= 1) if (name[at] !== bytes[start + at]) return false;
    return true;
  };
  /** Where the name ends, if it is the one that is expected. */
  const endOfName = (id, bytes, start) => {
    const name = names[id];
    if (name === void 0 || bytes[start + name.length] !== QUOTE) return -1;
    for (let at = name.length - 1; at >= 0; at -= 1) if (name[at] !== bytes[start + at]) return -1;
    return start + name.length;
  };
  const nameAt = (bytes, start, end) => {
    for (let id = 0; id < names.length; id += 1) if (isName(id, bytes, start, end)) return id;
    if (names.length >= MAX_NAMES || stops.has(bytes.toString('utf8', start, end))) return -1;
    names.push(Uint8Array.from(bytes.subarray(start, end)));
    return names.length - 1;
  };
  const scan = (bytes, start, end) => {
    if (bytes[start] !== OPEN_BRACE) return -1;
    kinds.fill(0);
    let at = start + 1;
    for (let member = 0; member < MAX_MEMBERS; member += 1) {
      while (bytes[at] === SPACE) at += 1;
      if (bytes[at] !== QUOTE) return -1;
      const from = at + 1;
      let id = order[member] ?? -1;
      const expected = id === -1 ? -1 : endOfName(id, bytes, from);
      if (expected === -1) {
        at = endOfText(bytes, from, end);
        id = at === -1 ? -1 : nameAt(bytes, from, at);
        if (id === -1) return -1;
        order[member] = id;
      } else at = expected;
      at += 1;
      while (bytes[at] === SPACE) at += 1;
      if (bytes[at] !== COLON) return -1;
      at += 1;
      while (bytes[at] === SPACE) at += 1;
      let kind = 1;
      let valueStart = at;
      let valueEnd = at;
      const first = bytes[at] ?? 0;
      if (first === QUOTE) {
        valueStart = at + 1;
        valueEnd = endOfText(bytes, valueStart, end);
        at = valueEnd + 1;
      } else if (first === MINUS || (first >= ZERO && first <= NINE)) {
        kind = 2;
        valueEnd = endOfInteger(bytes, at);
        at = valueEnd;
      } else if (first === OPEN_BRACKET) {
        kind = 3;
        const before = lists[id];
        if (before !== void 0 && startsWith(bytes, at, before)) valueEnd = at + before.length;
        else {
          valueEnd = endOfList(bytes, at, end);
          if (valueEnd === -1) return -1;
          lists[id] = Uint8Array.from(bytes.subarray(at, valueEnd));
          if (id < wanted.length) versions[id] = (versions[id] ?? 0) + 1;
        }
        at = valueEnd;
      } else {
        kind = WORD;
        valueEnd = endOfWord(bytes, at);
        at = valueEnd;
      }
      if (valueEnd === -1) return -1;
      if (id < wanted.length) {
        kinds[id] = kind;
        starts[id] = valueStart;
        ends[id] = valueEnd;
      }
      while (bytes[at] === SPACE) at += 1;
      if (bytes[at] === COMMA) at += 1;
      else return bytes[at] === CLOSE_BRACE ? endOfLine(bytes, at + 1, end) : -1;
    }
    return -1;
  };
  return {
    kinds,
    starts,
    ends,
    versions,
    scan,
  };
}
function startsWith(bytes, start, text) {
  for (let at = text.length - 1; at >= 0; at -= 1) if (text[at] !== bytes[start + at]) return false;
  return true;
}
/** Characters that end the plain part of a text: the quote, the backslash, controls. */
const ENDS_TEXT = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte === QUOTE || byte === BACKSLASH || byte < SPACE ? 1 : 0,
);
/** RFC 8259 section 7: up to the quote; escapes and control characters are left to the parser. */
function endOfText(bytes, start, end) {
  let at = start;
  while (at < end && ENDS_TEXT[bytes[at] ?? 0] === 0) at += 1;
  return at < end && bytes[at] === QUOTE ? at : -1;
}
/** RFC 8259 section 6, whole numbers of at most 15 digits. */
function endOfInteger(bytes, start) {
  let at = bytes[start] === MINUS ? start + 1 : start;
  const first = at;
  for (let byte = bytes[at] ?? 0; byte >= ZERO && byte <= NINE; byte = bytes[at] ?? 0) at += 1;
  const digits = at - first;
  if (
    digits === 0 ||
    digits > 15 ||
    (digits > 1 && bytes[first] === ZERO) ||
    (at > first && bytes[start] === MINUS && bytes[first] === ZERO)
  )
    return -1;
  const after = bytes[at] ?? 0;
  return after === COMMA || after === CLOSE_BRACE || after === SPACE || after === CLOSE_BRACKET ? at : -1;
}
/** A list of plain texts. */
function endOfList(bytes, start, end) {
  let at = start + 1;
  if (bytes[at] === CLOSE_BRACKET) return at + 1;
  for (;;) {
    while (bytes[at] === SPACE) at += 1;
    if (bytes[at] !== QUOTE) return -1;
    at = endOfText(bytes, at + 1, end);
    if (at === -1) return -1;
    at += 1;
    while (bytes[at] === SPACE) at += 1;
    if (bytes[at] === CLOSE_BRACKET) return at + 1;
    if (bytes[at] !== COMMA) return -1;
    at += 1;
  }
}
const WORDS = ['true', 'false', 'null'].map((word) => new TextEncoder().encode(word));
function endOfWord(bytes, start) {
  for (const word of WORDS) {
    let length = 0;
    while (length < word.length && bytes[start + length] === word[length]) length += 1;
    if (length === word.length) return start + length;
  }
  return -1;
}
function endOfLine(bytes, start, end) {
  let at = start;
  while (at < end && (bytes[at] === SPACE || bytes[at] === CARRIAGE_RETURN)) at += 1;
  return at < end && bytes[at] === LINE_FEED ? at : -1;
}
// ../../fb-eng-work/scan.ts
const lines = [];
for (let at = 0; at < 2e5; at++)
  lines.push(
    JSON.stringify({
      ts: /* @__PURE__ */ new Date(1772442e6 + at * 3e3).toISOString(),
      target: `service-${at % 7}`,
      route: `/v1/orders/${(at * 7919) % 2e3}`,
      kid: `key-${at % 3}`,
      iss: 'https://id.example',
      iat: 1772442e3 + at,
      jti: `token-${((at / 5) | 0).toString(36)}`,
      sid: `session-${at % 8e3}`,
      sub: `user-${at % 8e3}`,
      client_id: `client-${at % 400}`,
      ip: `203.0.${at % 20}.${at % 250}`,
      user_agent: `shop/4.${at % 30}`,
    }),
  );
const all = Buffer.from(lines.join('\n') + '\n');
const s = createLineScanner(
  [
    'ts',
    'kid',
    'alg',
    'iss',
    'jti',
    'sid',
    'sub',
    'client_id',
    'client_id_hash',
    'token_hash',
    'ip',
    'user_agent',
    'route',
    'target',
    'verifier',
    'iat',
    'exp',
    'aud',
    'claims',
    'header',
    'count',
    'decision',
  ],
  ['log', 'stream', 'time'],
);
for (let r = 0; r < 5; r++) {
  const t = process.cpuUsage();
  let at = 0,
    c = 0;
  while (at < all.length) {
    at = s.scan(all, at, all.length) + 1;
    c++;
    if (at === 0) throw 1;
  }
  const u = process.cpuUsage(t);
  console.log((u.user + u.system) / 1e3, 'ms', c);
}
export {};
