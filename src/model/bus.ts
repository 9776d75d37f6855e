/** What coordinators and agents talk over. Subjects and texts mean nothing to it. */
export interface Bus {
  /** One question, one answer; null when nobody listens or none comes in time. */
  readonly ask: (subject: string, text: string, timeoutMs: number) => Promise<string | null>;
  /** Answers questions; null leaves one without an answer. Ends with the returned function. */
  readonly answer: (subject: string, reply: (text: string) => Promise<string | null>) => () => void;
  /**
   * Stores a text for whoever collects the subject, once per id: storing it again changes nothing.
   *
   * @throws Error when it cannot be stored now
   */
  readonly store: (subject: string, id: string | null, text: string) => Promise<void>;
  /** Hands over what is stored under a subject, in the order of storing, until the returned function removes it all. */
  readonly collect: (subject: string, take: (text: string) => Promise<void>) => Promise<() => Promise<void>>;
  /** Takes a lease that ends by itself unless it is renewed; null when somebody else holds it, who is named. */
  readonly lease: (
    name: string,
    holder: string,
  ) => Promise<{ readonly release: () => Promise<void> } | { readonly heldBy: string }>;
  /** Why the safety lever is pulled; null when it is not. */
  readonly lever: () => Promise<string | null>;
  /** Calls back whenever the safety lever is pulled, also when it is already. Ends with the returned function. */
  readonly watchLever: (pulled: (why: string) => void) => Promise<() => void>;
  readonly close: () => Promise<void>;
}

/** How to reach a bus. */
export interface BusPlace {
  /** `nats://host:4222` on loopback, `tls://host:4222` anywhere else. */
  readonly url: string;
  /** A credentials file of NATS, `user:password`, or a token; null for none, which only loopback allows. */
  readonly credentials: { readonly reveal: () => string } | null;
  /** PEM file of the authority that signed the server's certificate; null for the roots of the system. */
  readonly ca: string | null;
}
