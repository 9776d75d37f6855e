import type { Bound } from '../model/quantity.ts';
import { millis } from '../model/quantity.ts';
import type { Sourced } from './product.ts';

/** A fetch of Node without a signal: 10 s to connect, 300 s for the headers, 300 s between two parts of the body. */
export function nodeFetchTimeout(why: string): Sourced<Bound> {
  return {
    value: millis(610_000),
    source: `${why}; the fetch of Node 20 (undici 6) gives up after 10s to connect, 300s without headers, 300s without body`,
  };
}
