/** Replicas behind one address, among which a balancer chooses for every connection. */
export interface PoolDeclaration {
  /** How many there are; null when nobody says. */
  readonly replicas: number | null;
  /** What in an answer names the replica it came from; null when nothing does. */
  readonly id: ReplicaId | null;
}

/** A response header, or a JSON pointer (RFC 6901) into the body. */
export type ReplicaId = { readonly header: string } | { readonly pointer: string };
