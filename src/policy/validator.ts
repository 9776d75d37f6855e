/** One fault as the compiled validators report it (ajv, lib/types/index.ts, ErrorObject). */
export interface SchemaFault {
  readonly keyword: string;
  /** JSON pointer to the value in the data. */
  readonly instancePath: string;
  readonly params: Readonly<Record<string, unknown>>;
  /** Set when a key was judged as a value, by `propertyNames`. */
  readonly propertyName?: string;
}

/** A compiled schema. `errors` holds the faults of the last call. */
export interface Validator {
  (data: unknown): boolean;
  errors?: readonly SchemaFault[] | null;
}
