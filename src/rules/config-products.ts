import type { ConfigSubject, LibraryConfig, VerifierConfig } from '../model/config.ts';
import type { Estate } from '../model/finding.ts';
import type { Product } from '../predict/product.ts';
import { findProduct } from '../predict/products.ts';
import { known } from './config-facts.ts';
import { perEstate } from './per-estate.ts';
import { folderOf } from '../model/location.ts';

/** A verifier of a configuration file, or a library that a project asks for, with what is known of its product. */
export interface KnownVerifier {
  readonly config: VerifierConfig | LibraryConfig;
  readonly product: Product;
}

/**
 * Everything in the run that verifies tokens in a way that is known. A library that only came with another package may
 * do anything or nothing; one whose verifier has a configuration below it is told of there; a version that nobody looked
 * at is not guessed.
 */
export const knownVerifiers: (estate: Estate) => readonly KnownVerifier[] = perEstate(({ configs }) => {
  const files = filesByProduct(configs);
  return configs.flatMap((config): readonly KnownVerifier[] => {
    if (config.kind !== 'verifier' && config.kind !== 'library') return [];
    if (config.product === null || (config.kind === 'library' && known(config.facts.direct)?.value === false))
      return [];
    if (config.kind === 'library' && isConfigured(config.file, files.get(config.product.id) ?? [])) return [];
    const match = findProduct(config.product.id, config.product.version);
    return match.kind === 'known' ? [{ config, product: match.product }] : [];
  });
});

/** Files that configure a verifier of each product. */
function filesByProduct(configs: readonly ConfigSubject[]): ReadonlyMap<string, readonly string[]> {
  const files = new Map<string, string[]>();
  for (const config of configs) {
    if (config.kind !== 'verifier' || config.product === null) continue;
    const known = files.get(config.product.id);
    if (known === undefined) files.set(config.product.id, [config.file]);
    else known.push(config.file);
  }
  return files;
}

/** Whether the project of a build file configures the verifier somewhere below. */
function isConfigured(file: string, configurations: readonly string[]): boolean {
  const folder = folderOf(file);
  return configurations.some((other) => other.startsWith(folder));
}
