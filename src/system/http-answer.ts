/** One answer of HTTP/1.1 (RFC 9112), as far as it has come in. */
export interface HttpAnswer {
  readonly status: number;
  /** Lower-case names; values of the same name are joined with a comma. */
  readonly headers: Readonly<Record<string, string>>;
}

/** Why an answer cannot be read. It is never taken for an accept or a refusal. */
export class UnreadableAnswer extends Error {}

/** Longest head of an answer, in bytes: what Node's own client allows. */
const MAX_HEAD_BYTES = 16 * 1024;

/** Longest line that announces the size of a chunk, in bytes. */
const MAX_CHUNK_LINE_BYTES = 256;

const END_OF_HEAD = Buffer.from('\r\n\r\n');
const END_OF_LINE = Buffer.from('\r\n');

/** How the end of a body is found (RFC 9112 section 6.3). */
type Framing = { readonly by: 'length'; readonly bytes: number } | { readonly by: 'chunks' } | { readonly by: 'close' };

/**
 * Reads one answer from the bytes of a connection. Strict, because there is nothing to gain from guessing: what is not
 * plain HTTP/1.1 is an unreadable answer.
 */
export class HttpAnswerReader {
  readonly #method: string;
  readonly #maxBodyBytes: number;
  #rest: Buffer = Buffer.alloc(0);
  #answer: HttpAnswer | null = null;
  #framing: Framing = { by: 'close' };
  readonly #body: Buffer[] = [];
  #bodyBytes = 0;
  #isComplete = false;

  /** @param maxBodyBytes the body is cut off there, and the answer counts as complete */
  constructor(method: string, maxBodyBytes: number) {
    this.#method = method;
    this.#maxBodyBytes = maxBodyBytes;
  }

  /** Status and headers; null until they are complete. */
  get answer(): HttpAnswer | null {
    return this.#answer;
  }

  get isComplete(): boolean {
    return this.#isComplete;
  }

  get body(): string {
    return Buffer.concat(this.#body).toString('utf8', 0, this.#maxBodyBytes);
  }

  /** @throws UnreadableAnswer */
  push(chunk: Buffer): void {
    this.#rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    while (this.#answer === null) if (!this.#readHead()) return;
    this.#readBody();
  }

  /** The server closed the connection. @throws UnreadableAnswer when the answer is not complete by that */
  end(): void {
    if (this.#isComplete) return;
    if (this.#answer === null || this.#framing.by !== 'close')
      throw new UnreadableAnswer('the connection ended before the answer did');
    this.#isComplete = true;
  }

  /** False when more bytes are needed. Interim answers (RFC 9110 section 15.2) are skipped. */
  #readHead(): boolean {
    const end = this.#rest.indexOf(END_OF_HEAD);
    if (end > MAX_HEAD_BYTES || (end < 0 && this.#rest.length > MAX_HEAD_BYTES))
      throw new UnreadableAnswer(`the head of the answer is longer than ${MAX_HEAD_BYTES} bytes`);
    if (end < 0) return false;
    const answer = parseHead(this.#rest.toString('latin1', 0, end));
    this.#rest = this.#rest.subarray(end + END_OF_HEAD.length);
    if (answer.status === 101) throw new UnreadableAnswer('the server switched to another protocol');
    if (answer.status < 200) return true;
    this.#framing = framingOf(this.#method, answer);
    this.#answer = answer;
    return true;
  }

  #readBody(): void {
    if (this.#isComplete) return;
    if (this.#framing.by === 'chunks') this.#readChunks();
    else if (this.#framing.by === 'close') this.#take(this.#rest.length);
    else {
      this.#take(Math.min(this.#rest.length, this.#framing.bytes - this.#bodyBytes));
      this.#isComplete ||= this.#bodyBytes >= this.#framing.bytes;
    }
  }

  #take(bytes: number): void {
    this.#body.push(this.#rest.subarray(0, bytes));
    this.#bodyBytes += bytes;
    this.#rest = this.#rest.subarray(bytes);
    if (this.#bodyBytes >= this.#maxBodyBytes) this.#isComplete = true;
  }

  /** RFC 9112 section 7.1. A chunk is taken when all of it is there; trailers say nothing that a verdict needs. */
  #readChunks(): void {
    while (!this.#isComplete) {
      const end = this.#rest.indexOf(END_OF_LINE);
      if (end > MAX_CHUNK_LINE_BYTES || (end < 0 && this.#rest.length > MAX_CHUNK_LINE_BYTES))
        throw new UnreadableAnswer('a chunk of the answer has no readable size');
      if (end < 0) return;
      const size = /^([0-9a-f]{1,8})[ \t]*(?:;|$)/i.exec(this.#rest.toString('latin1', 0, end))?.[1];
      if (size === undefined) throw new UnreadableAnswer('a chunk of the answer has no readable size');
      const bytes = Number.parseInt(size, 16);
      if (bytes === 0) {
        this.#isComplete = true;
        return;
      }
      const begin = end + END_OF_LINE.length;
      if (this.#rest.length < begin + bytes + END_OF_LINE.length && begin + bytes < this.#maxBodyBytes) return;
      this.#rest = this.#rest.subarray(begin);
      this.#take(Math.min(bytes, this.#rest.length));
      if (this.#isComplete) return;
      if (!this.#rest.subarray(0, END_OF_LINE.length).equals(END_OF_LINE))
        throw new UnreadableAnswer('a chunk of the answer is longer than it says');
      this.#rest = this.#rest.subarray(END_OF_LINE.length);
    }
  }
}

function parseHead(text: string): HttpAnswer {
  const lines = text.split('\r\n');
  const status = /^HTTP\/1\.[01] ([1-9]\d{2})(?: |$)/.exec(lines[0] ?? '')?.[1];
  if (status === undefined) throw new UnreadableAnswer('the answer does not begin like one of HTTP/1.1');
  const headers: Record<string, string> = Object.create(null);
  for (const line of lines.slice(1)) {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon).toLowerCase();
    // A space before the colon or a folded line is how answers are smuggled (RFC 9112 sections 5.1 and 5.2).
    if (colon <= 0 || /[\s\0]/.test(name)) throw new UnreadableAnswer('a header line of the answer has no name');
    const value = line.slice(colon + 1).trim();
    headers[name] = headers[name] === undefined ? value : `${headers[name]}, ${value}`;
  }
  return { status: Number(status), headers };
}

function framingOf(method: string, { status, headers }: HttpAnswer): Framing {
  if (method === 'HEAD' || status === 204 || status === 304) return { by: 'length', bytes: 0 };
  const coding = headers['transfer-encoding'];
  const length = headers['content-length'];
  if (coding !== undefined) {
    if (length !== undefined) throw new UnreadableAnswer('the answer has two lengths');
    if (coding.toLowerCase() !== 'chunked') throw new UnreadableAnswer(`transfer coding ${coding} was not asked for`);
    return { by: 'chunks' };
  }
  if (length === undefined) return { by: 'close' };
  // The same length said twice is one length (RFC 9110 section 8.6).
  const [first = '', ...more] = length.split(/\s*,\s*/);
  if (!/^\d{1,15}$/.test(first) || more.some((other) => other !== first))
    throw new UnreadableAnswer('the length of the answer is not a number');
  return { by: 'length', bytes: Number(first) };
}
