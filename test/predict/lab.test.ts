import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Inventory } from '../../src/model/inventory.ts';
import { showLocation } from '../../src/model/location.ts';
import { showBound } from '../../src/model/quantity.ts';
import { readInventory } from '../../src/policy/read-inventory.ts';
import { validateDocument } from '../../src/policy/validate.ts';
import { predict } from '../../src/predict/predict.ts';
import { parseDocuments } from '../../src/source/parse.ts';

function lab(): Inventory {
  const file = 'policies/lab-inventory.yaml';
  const [source] = parseDocuments(file, readFileSync(file, 'utf8')).documents;
  const document = source === undefined ? null : validateDocument(source).document;
  const inventory = document === null ? null : readInventory(document).inventory;
  if (inventory === null) throw new Error(`${file} is not an inventory`);
  return inventory;
}

describe('the lab', () => {
  const predictions = predict([lab()], []);

  it('is predicted as the inventory describes it', () => {
    const rows = predictions
      .filter(({ scenario }) => scenario === 'signing_key')
      .map(({ verifier, arm, bound }) => `${verifier} ${arm} ${showBound(bound)}`);
    expect(rows).toMatchInlineSnapshot(`
      [
        "aws-jwt-verify quiet unbounded",
        "aws-jwt-verify busy 15s",
        "express-jwt quiet 6s",
        "express-jwt busy 6s",
        "fast-jwt quiet 6s",
        "fast-jwt busy 6s",
        "get-jwks quiet unbounded",
        "get-jwks busy unbounded",
        "hono quiet 2s",
        "hono busy 2s",
        "jose quiet 7s",
        "jose busy 4s",
        "jwks-rsa quiet 7s",
        "jwks-rsa busy 7s",
        "oauth2-jwt-bearer quiet 7s",
        "oauth2-jwt-bearer busy 4s",
        "passport-jwt quiet 5s",
        "passport-jwt busy 5s",
      ]
    `);
  });

  it('ends access tokens by the denylist and refresh tokens by it too, at every verifier alike', () => {
    const of = (wanted: string): readonly string[] => [
      ...new Set(predictions.filter(({ scenario }) => scenario === wanted).map(({ bound }) => showBound(bound))),
    ];
    expect(of('access_token')).toEqual(['3s']);
    expect(of('refresh_token')).toEqual(['3s']);
  });

  it('adds acting, cache and fetch for jose, each from the line it is written on', () => {
    const jose = predictions.find(({ verifier, arm }) => verifier === 'jose' && arm === 'quiet');
    const key = predictions.find(({ verifier, scenario }) => verifier === 'jose' && scenario === 'signing_key');
    expect(jose?.verifier).toBe('jose');
    expect(
      key?.addends
        .filter(({ value }) => value !== 0)
        .map(
          ({ symbol, value, origin, at }) =>
            `${symbol} ${showBound(value)} ${origin} ${at === null ? '' : showLocation(at)}`,
        ),
    ).toMatchInlineSnapshot(`
      [
        "D_act 1s explicit policies/lab-inventory.yaml:21:20",
        "C 5s explicit policies/lab-inventory.yaml:47:34",
        "l 1s explicit policies/lab-inventory.yaml:47:67",
      ]
    `);
  });
});
