/** The embedded lab as others see it; `lab up` writes it to `.firebreak/lab.json` (mode 0600). */
export interface LabDescription {
  readonly pid: number;
  /** Start time of the process, to tell a reused pid. */
  readonly startedAt: string;
  readonly inventory: string;
  readonly issuer: {
    /** Value of `iss`. */
    readonly issuer: string;
    /** `http://127.0.0.1:PORT` */
    readonly url: string;
  };
  /** PEM of the authority of verifiers that are served over TLS, made when the lab starts; absent when none is. */
  readonly ca?: string;
  readonly admin: { readonly url: string; readonly secret: string };
  readonly verifiers: readonly {
    readonly name: string;
    readonly library: string;
    readonly version: string;
    readonly url: string;
    readonly pid: number;
  }[];
}

/** A running lab. */
export interface LabHandle {
  readonly description: LabDescription;
  /** Stops every process of the lab and waits for their end. Safe to call twice. */
  readonly stop: () => Promise<void>;
}
