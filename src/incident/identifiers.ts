/** A set that stops growing. */
export interface BoundedSet {
  readonly add: (value: string | null) => void;
  readonly has: (value: string | null) => boolean;
  readonly isEmpty: () => boolean;
  /** Whether something was left out. */
  readonly isFull: () => boolean;
}

export function boundedSet(most: number): BoundedSet {
  const values = new Set<string>();
  let isFull = false;
  return {
    add: (value) => {
      if (value === null || values.has(value)) return;
      if (values.size < most) values.add(value);
      else isFull = true;
    },
    has: (value) => value !== null && values.has(value),
    isEmpty: () => values.size === 0,
    isFull: () => isFull,
  };
}
