/** Ports: everything that touches the world goes through one of these. `system` has the Node implementations. */
import type { FetchFault } from './observation.ts';
import type { Secret } from './secret.ts';

export interface Clock {
  /** Monotonic milliseconds with sub-millisecond fraction; the origin is arbitrary. */
  readonly monotonic: () => number;
  /** Milliseconds since the epoch. */
  readonly wall: () => number;
  /** Resolves at or after the monotonic instant; rejects with the signal's reason when aborted. */
  readonly sleepUntil: (monotonicMs: number, signal?: AbortSignal) => Promise<void>;
}

export interface Files {
  /** @throws UserError file/missing, file/unreadable, file/too-large */
  readonly readBytes: (path: string, maxBytes?: number) => Promise<Uint8Array>;
  readonly exists: (path: string) => Promise<boolean>;
  /** Writes to a temporary file in the same folder, then renames. @throws UserError file/unwritable */
  readonly writeAtomically: (path: string, content: string | Uint8Array, mode?: number) => Promise<void>;
  /** Creates the file only if there is none; false when there is one already. @throws UserError file/unwritable */
  readonly createExclusively: (path: string, content: string, mode?: number) => Promise<boolean>;
  /** Files below the paths whose names end so (or the paths themselves), sorted, relative; skips .git, node_modules and ignored folders.
   * Endings are those of names, in lower case: `.yaml`, `go.sum`. */
  readonly list: (paths: readonly string[], endings: readonly string[]) => Promise<readonly string[]>;
  readonly remove: (path: string) => Promise<void>;
}

/** What a client shows of itself in TLS. */
export interface ClientCertificate {
  /** PEM: its own certificate first, then those in between. */
  readonly certificate: string;
  /** PEM of the private key. */
  readonly key: Secret;
}

/** How a connection differs from one that trusts what the system trusts and shows nothing of itself. */
export interface HttpTls {
  /** PEM of the only authorities that are trusted; those of the system otherwise. */
  readonly ca?: string;
  readonly client?: ClientCertificate;
}

export interface HttpRequest {
  readonly url: string;
  readonly method: string;
  /** Connects there, `10.0.0.4:8443`, and asks for the host of the URL all the same: in Host, and in TLS. */
  readonly address?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Only looked at for https. */
  readonly tls?: HttpTls;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

/** Monotonic instants of one exchange: the server decided somewhere in [sent, received]. */
export interface HttpExchange {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly sent: number;
  readonly received: number;
}

export type HttpFailureKind =
  | 'not-allowed'
  | 'dns'
  | 'refused'
  | 'reset'
  | 'timeout'
  | 'tls'
  /** The server ended the handshake because of the certificate of the client, or because there was none. */
  | 'certificate-refused'
  | 'aborted'
  | 'protocol';

/** A request that brought no complete response. */
export class HttpFailure extends Error {
  readonly kind: HttpFailureKind;
  readonly sent: number | null;

  constructor(kind: HttpFailureKind, message: string, sent: number | null) {
    super(message);
    this.name = 'HttpFailure';
    this.kind = kind;
    this.sent = sent;
  }
}

/**
 * HTTP/1.1 on a fresh connection per request: no redirects, no cookies, no retries, no proxy. Goes only to hosts that
 * the allow-list of the environment names, checked on the resolved address at connect time.
 *
 * @throws HttpFailure
 */
export interface Http {
  readonly send: (request: HttpRequest) => Promise<HttpExchange>;
}

/** One public document to get: no credentials are ever sent with it. */
export interface DocumentRequest {
  readonly url: string;
  /** Resolved address to connect to; null for the first one that is allowed. */
  readonly address: string | null;
  /** Longer answers are cut off and refused, compressed ones after unpacking. */
  readonly maxBytes: number;
  /** For everything together: name, connection, redirects, the whole body. */
  readonly timeoutMs: number;
}

/** The answer to one request. Headers have lower-case names. */
export type FetchedDocument =
  | {
      readonly ok: true;
      readonly address: string;
      readonly status: number;
      readonly headers: Readonly<Record<string, string>>;
      readonly body: string;
      /** End of the certificate of the server, milliseconds since the epoch; null without TLS. */
      readonly certificateExpires: number | null;
    }
  | {
      readonly ok: false;
      readonly address: string | null;
      readonly status: number | null;
      readonly headers: Readonly<Record<string, string>>;
      readonly fault: FetchFault;
      /** What happened, without anything of the body. */
      readonly message: string;
    };

/** Addresses of a host that may be asked, and those that may not. */
export interface ResolvedHost {
  readonly allowed: readonly string[];
  readonly refused: readonly string[];
  /** Why there are none; null when the name resolved. */
  readonly fault: string | null;
}

/** Gets public documents over fresh connections. Neither function throws. */
export interface DocumentFetcher {
  readonly resolve: (url: string) => Promise<ResolvedHost>;
  readonly get: (request: DocumentRequest) => Promise<FetchedDocument>;
}

export interface Random {
  /** Uniform in [0, 1), from the seed of the run. */
  readonly next: () => number;
}

/** Whole lines that are appended to a file, from the moment it was opened on. */
export interface LineTail {
  /** Lines that have come since it was asked last. A file that stands in its place is read from its beginning. */
  readonly read: () => Promise<readonly string[]>;
  readonly close: () => Promise<void>;
}

/** Append-only file whose lines survive `kill -9` once `appendSynced` returns. */
export interface JournalSink {
  readonly append: (line: string) => void;
  /** Returns after the line and all before it are on disk. @throws UserError drill/journal-unwritable */
  readonly appendSynced: (line: string) => Promise<void>;
  readonly close: () => Promise<void>;
}
