import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import sarif from '@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json' with { type: 'json' };
import { Ajv } from 'ajv';
import { afterAll, describe, expect, it } from 'vitest';
import { removeRepositories } from '../../temporary-repository.ts';
import { diff, loosened, policy } from './estate.ts';

afterAll(removeRepositories);

const schema = JSON.parse(readFileSync('schema/output/diff.json', 'utf8')) as object;
const validateJson = new Ajv({ allErrors: true, strict: true, strictRequired: false, allowUnionTypes: true }).compile(
  schema,
);
const { id: _id, $schema: _draft, ...sarifSchema } = sarif;
const validateSarif = new Ajv({
  allErrors: true,
  strict: false,
  unicodeRegExp: false,
  formats: { uri: true, 'uri-reference': true, 'date-time': true },
}).compile(sarifSchema);

describe('the formats of one run', () => {
  it('are all written, and are what they promise', async () => {
    const repository = loosened();
    repository.write({ 'policies/mail.yaml': 'apiVersion: firebreak.dev/v1alpha1\nkind: [\n' });
    const outputs = ['json=a.json', 'sarif=a.sarif', 'junit=a.xml', 'markdown=a.md', 'github=-'];
    const { code, out, err } = await diff(repository, '--gate', ...outputs.flatMap((each) => ['-o', each]));
    const read = (file: string): string => readFileSync(join(repository.path, file), 'utf8');
    expect(err).toBe('incomplete: working tree has faults in policies/mail.yaml\n');
    expect(code).toBe(1);
    validateJson(JSON.parse(read('a.json')));
    expect(validateJson.errors ?? []).toEqual([]);
    validateSarif(JSON.parse(read('a.sarif')));
    expect(validateSarif.errors ?? []).toEqual([]);
    expect(read('a.sarif')).toContain('policies/orders.yaml');
    expect(read('a.xml')).toMatch(/^<\?xml version="1\.0" encoding="UTF-8"\?>\n<testsuites /);
    expect(read('a.md')).toContain('orders @ prod');
    expect(out).toMatch(/^::(?:error|warning|notice) file=policies\/orders\.yaml,line=\d+/m);
    for (const file of ['a.json', 'a.sarif', 'a.xml', 'a.md']) expect(read(file)).not.toContain(repository.path);
  });

  it('say the same twice', async () => {
    const repository = loosened();
    repository.write({ 'policies/third.yaml': policy('third') });
    for (const format of ['json', 'sarif', 'junit', 'markdown', 'github', 'pretty']) {
      const [one, two] = [await diff(repository, '-f', format), await diff(repository, '-f', format)];
      expect(two.out).toBe(one.out);
    }
  });

  it('are checked before anything is read', async () => {
    const { code, err } = await diff(loosened(), '-f', 'html');
    expect(code).toBe(2);
    expect(err).toContain('this command has no format "html"');
  });
});
