import type { ConfigSubject, LibraryConfig, VerifierConfig } from '../model/config.ts';
import type { Estate } from '../model/finding.ts';
import type { Product } from '../predict/product.ts';
import { findProduct } from '../predict/products.ts';
import { known } from './config-facts.ts';

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
export function knownVerifiers({ configs }: Estate): readonly KnownVerifier[] {
  return configs.flatMap((config): readonly KnownVerifier[] => {
    if (config.kind !== 'verifier' && config.kind !== 'library') return [];
    if (config.product === null || (config.kind === 'library' && known(config.facts.direct)?.value === false))
      return [];
    if (config.kind === 'library' && configs.some((other) => isConfigurationOf(config, other))) return [];
    const match = findProduct(config.product.id, config.product.version);
    return match.kind === 'known' ? [{ config, product: match.product }] : [];
  });
}

function isConfigurationOf({ product, file }: LibraryConfig, other: ConfigSubject): boolean {
  const folder = file.slice(0, file.lastIndexOf('/') + 1);
  return other.kind === 'verifier' && other.product?.id === product?.id && other.file.startsWith(folder);
}
