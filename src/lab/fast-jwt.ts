/** The part of fast-jwt that the lab uses. */
export interface FastJwt {
  readonly createVerifier: (options: {
    readonly key: (decoded: { readonly header: { readonly kid?: string; readonly alg: string } }) => Promise<string>;
    readonly algorithms: readonly string[];
    readonly allowedIss: string;
    readonly allowedAud: string;
    readonly clockTolerance: number;
    readonly cache?: boolean;
    readonly cacheTTL?: number;
  }) => (token: string) => Promise<unknown>;
}
