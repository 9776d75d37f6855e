import { CONFIG_READER } from '../adapters/read-config.ts';
import type { EstateInput, EstateRead, ReadOptions } from './read-estate.ts';
import { readEstateWith } from './read-estate.ts';

/**
 * Reads files with the adapters of every product at hand. Commands that start often use {@link readEstateWith} instead
 * and load them when a file needs them.
 */
export function readEstate(inputs: readonly EstateInput[], options: ReadOptions): EstateRead {
  return readEstateWith(inputs, options, CONFIG_READER).read;
}
