interface StoredModel {
  readonly payload: Record<string, unknown>;
  readonly expiresAt: number;
}

export interface Store {
  readonly adapter: new (model: string) => object;
  /** Grants of a subject that still stand. */
  readonly grantsOf: (subject: string) => number;
  /** Ends every grant of a subject, with the codes, sessions and tokens made from it. */
  readonly endGrantsOf: (subject: string) => void;
}

/** Storage of the lab's issuer: plain maps, because the provider's own memory store forgets after 1000 entries. */
export function createStore(): Store {
  const models = new Map<string, StoredModel>();
  const byGrant = new Map<string, Set<string>>();
  const byUid = new Map<string, string>();

  class MapAdapter {
    readonly #model: string;

    constructor(model: string) {
      this.#model = model;
    }

    async upsert(id: string, payload: Record<string, unknown>, expiresIn: number): Promise<void> {
      const key = `${this.#model}:${id}`;
      models.set(key, { payload, expiresAt: Date.now() + expiresIn * 1000 });
      if (typeof payload['uid'] === 'string') byUid.set(payload['uid'], id);
      if (typeof payload['grantId'] === 'string' && this.#model !== 'Grant') {
        const members = byGrant.get(payload['grantId']) ?? new Set<string>();
        members.add(key);
        byGrant.set(payload['grantId'], members);
      }
    }

    async find(id: string): Promise<Record<string, unknown> | undefined> {
      const stored = models.get(`${this.#model}:${id}`);
      return stored === undefined || stored.expiresAt < Date.now() ? undefined : stored.payload;
    }

    async findByUid(uid: string): Promise<Record<string, unknown> | undefined> {
      const id = byUid.get(uid);
      return id === undefined ? undefined : this.find(id);
    }

    async findByUserCode(): Promise<undefined> {
      return undefined;
    }

    async destroy(id: string): Promise<void> {
      models.delete(`${this.#model}:${id}`);
    }

    async consume(id: string): Promise<void> {
      const stored = models.get(`${this.#model}:${id}`);
      if (stored !== undefined) stored.payload['consumed'] = Math.floor(Date.now() / 1000);
    }

    async revokeByGrantId(grantId: string): Promise<void> {
      for (const key of byGrant.get(grantId) ?? []) models.delete(key);
      byGrant.delete(grantId);
    }
  }

  function ofSubject(subject: string): readonly string[] {
    return [...models].filter(([, { payload }]) => payload['accountId'] === subject).map(([key]) => key);
  }

  return {
    adapter: MapAdapter,
    grantsOf: (subject) =>
      ofSubject(subject).filter((key) => key.startsWith('Grant:') || key.startsWith('RefreshToken:')).length,
    endGrantsOf: (subject) => {
      for (const key of ofSubject(subject)) models.delete(key);
    },
  };
}
