import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CACHE_CLASSES } from '../../src/model/prediction.ts';
import type { Product } from '../../src/predict/product.ts';
import { PRODUCTS } from '../../src/predict/products.ts';
import { pageName, renderProductIndex, renderProductPage } from './product-pages.ts';

const IDS: readonly string[] = [...new Set(PRODUCTS.map(({ id }) => id))];

function rangesOf(id: string): readonly [Product, ...Product[]] {
  const [first, ...others] = PRODUCTS.filter((product) => product.id === id);
  if (first === undefined) throw new Error(`no product ${id}`);
  return [first, ...others];
}

describe('docs/products', () => {
  it.for(IDS)('has a page on %s', async (id) => {
    await expect(renderProductPage(rangesOf(id))).toMatchFileSnapshot(`../../docs/products/${pageName(id)}`);
  });

  it('has an index', async () => {
    await expect(renderProductIndex(PRODUCTS)).toMatchFileSnapshot('../../docs/products/README.md');
  });

  it('has no page of a product that is gone', () => {
    const pages = readdirSync('docs/products').filter((file) => file !== 'README.md');
    expect(pages.sort()).toEqual(IDS.map(pageName).sort());
  });
});

describe('docs/concepts.md', () => {
  const page = readFileSync('docs/concepts.md', 'utf8');

  it('names every class of key cache in the words of the code', () => {
    for (const [letter, words] of Object.entries(CACHE_CLASSES)) {
      expect(page.replaceAll(/ +/g, ' ')).toContain(`| ${letter} | ${words} |`);
    }
  });
});
