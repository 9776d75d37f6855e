import type { LabIssuerConfig, LabVerifierConfig } from './config.ts';

/** A client of the lab's issuer. */
export interface LabClient {
  readonly client_id: string;
  readonly client_secret: string;
}

/** What a lab process is told to be. */
export type LabPart =
  | {
      readonly part: 'issuer';
      readonly config: LabIssuerConfig;
      readonly port: number;
      readonly clients: readonly LabClient[];
    }
  | {
      readonly part: 'verifier';
      readonly config: LabVerifierConfig;
      readonly port: number;
      readonly issuer: string;
      readonly audience: string;
      readonly issuerUrl: string;
      /** Shared secrets by kid, base64url: the configuration of verifiers that fetch no keys. */
      readonly secrets: Readonly<Record<string, string>>;
      /** What introspects tokens at the issuer. */
      readonly resourceServer: LabClient | null;
      readonly denylist: { readonly url: string; readonly secret: string };
      /** PEM of the certificate that it shows and of its key; null where it is served without TLS. */
      readonly tls: { readonly certificate: string; readonly key: string } | null;
    };

/** What a lab process says once. */
export type LabStart =
  | { readonly type: 'ready'; readonly url: string }
  | {
      readonly type: 'failed';
      readonly code: 'lab/part-missing' | 'lab/port-in-use' | 'lab/not-ready';
      readonly message: string;
      readonly hint: string;
    };

/** What the supervisor asks of the issuer process. */
export type IssuerRequest =
  | { readonly op: 'publish'; readonly jwk: Readonly<Record<string, unknown>> }
  | { readonly op: 'withdraw'; readonly kid: string }
  | { readonly op: 'kids' }
  /** With `from`, only while that key signs. */
  | { readonly op: 'rotate'; readonly from?: string }
  | { readonly op: 'login'; readonly sub: string }
  | { readonly op: 'grants'; readonly sub: string }
  | { readonly op: 'end-grants'; readonly sub: string }
  | { readonly op: 'lifetime'; readonly seconds: number }
  | { readonly op: 'fetches' }
  | { readonly op: 'clients'; readonly clients: readonly LabClient[] };

export interface IssuerCall {
  readonly type: 'call';
  readonly id: number;
  readonly request: IssuerRequest;
}

export interface IssuerAnswer {
  readonly type: 'answer';
  readonly id: number;
  readonly status: number;
  readonly body: unknown;
}
