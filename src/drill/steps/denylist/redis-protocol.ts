/** One answer of Redis (RESP2, redis.io/docs/latest/develop/reference/protocol-spec). */
export type RedisAnswer =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'number'; readonly number: number }
  | { readonly kind: 'none' }
  | { readonly kind: 'error'; readonly message: string }
  | { readonly kind: 'list'; readonly items: readonly RedisAnswer[] };

interface Read {
  readonly answer: RedisAnswer;
  readonly next: number;
}

/** A command as an array of bulk strings: lengths are in bytes, so nothing in a word can end it. */
export function redisCommand(words: readonly string[]): string {
  const bulk = words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`);
  return `*${words.length}\r\n${bulk.join('')}`;
}

/** The first answers in the bytes; null when fewer than wanted are complete. @throws Error for bytes that are no RESP */
export function redisAnswers(bytes: Uint8Array, wanted: number): readonly RedisAnswer[] | null {
  const buffer = Buffer.from(bytes);
  const answers: RedisAnswer[] = [];
  let at = 0;
  while (answers.length < wanted) {
    const read = readAnswer(buffer, at);
    if (read === null) return null;
    answers.push(read.answer);
    at = read.next;
  }
  return answers;
}

function readAnswer(buffer: Buffer, at: number): Read | null {
  const end = buffer.indexOf('\r\n', at);
  if (end === -1) return null;
  const rest = buffer.toString('utf8', at + 1, end);
  const next = end + 2;
  switch (buffer.toString('latin1', at, at + 1)) {
    case '+':
      return { answer: { kind: 'text', text: rest }, next };
    case '-':
      return { answer: { kind: 'error', message: rest }, next };
    case ':':
      return { answer: { kind: 'number', number: Number(rest) }, next };
    case '$':
      return readBulk(buffer, Number(rest), next);
    case '*':
      return readList(buffer, Number(rest), next);
    default:
      throw new Error('the answer is not that of a Redis server');
  }
}

function readBulk(buffer: Buffer, length: number, at: number): Read | null {
  if (length === -1) return { answer: { kind: 'none' }, next: at };
  if (buffer.length < at + length + 2) return null;
  return { answer: { kind: 'text', text: buffer.toString('utf8', at, at + length) }, next: at + length + 2 };
}

function readList(buffer: Buffer, length: number, at: number): Read | null {
  if (length === -1) return { answer: { kind: 'none' }, next: at };
  const items: RedisAnswer[] = [];
  let next = at;
  while (items.length < length) {
    const read = readAnswer(buffer, next);
    if (read === null) return null;
    items.push(read.answer);
    ({ next } = read);
  }
  return { answer: { kind: 'list', items }, next };
}
