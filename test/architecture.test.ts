import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const CRUISER = resolve('node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
const CONFIG = resolve('.dependency-cruiser.mjs');

describe('the direction of imports', () => {
  it('is kept everywhere in src', { timeout: 60_000 }, () => {
    const run = spawnSync(process.execPath, [CRUISER, 'src', '--config', CONFIG, '--no-progress'], {
      encoding: 'utf8',
    });
    expect(run.stdout + run.stderr).toContain('no dependency violations found');
  });

  it.for([
    {
      from: 'model/a.ts',
      text: `import { b } from '../cli/b.ts';\nexport const a = b;`,
      to: 'cli/b.ts',
      rule: 'model-imports',
    },
    {
      from: 'rules/x/a.ts',
      text: `import { b } from './b.ts';\nexport const a = b;`,
      to: 'rules/x/b.ts',
      rule: 'rule-imports-rule',
    },
    {
      from: 'adapters/kong/a.ts',
      text: `import { b } from '../envoy/b.ts';\nexport const a = b;`,
      to: 'adapters/envoy/b.ts',
      rule: 'adapter-imports-adapter',
    },
    {
      from: 'predict/a.ts',
      text: `import { readFileSync } from 'node:fs';\nexport const a = readFileSync;`,
      to: 'predict/b.ts',
      rule: 'node-builtins-only-at-the-edge',
    },
  ])('is really checked: $rule', { timeout: 60_000 }, ({ from, text, to, rule }) => {
    const folder = mkdtempSync(join(tmpdir(), 'firebreak-boundaries-'));
    try {
      for (const path of [from, to]) mkdirSync(join(folder, 'src', path, '..'), { recursive: true });
      writeFileSync(join(folder, 'src', to), 'export const b = 1;\n');
      writeFileSync(join(folder, 'src', from), text);
      cpSync('tsconfig.json', join(folder, 'tsconfig.json'));
      const run = spawnSync(process.execPath, [CRUISER, 'src', '--config', CONFIG, '--no-progress'], {
        cwd: folder,
        encoding: 'utf8',
      });
      expect(run.stdout).toContain(rule);
      expect(run.status).not.toBe(0);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('is the one that ARCHITECTURE.md shows', () => {
    const page = readFileSync('ARCHITECTURE.md', 'utf8');
    const config = readFileSync('.dependency-cruiser.mjs', 'utf8');
    const table = /const MAY_IMPORT = \{([\s\S]*?)\n\};/.exec(config)?.[1] ?? '';
    const rows = [...table.matchAll(/^ {2}(\w+): \[(.*)\],$/gm)].map(([, folder = '', list = '']) => ({
      folder,
      allowed: list
        .split(',')
        .map((name) => name.trim().replaceAll("'", ''))
        .filter((name) => name !== ''),
    }));
    expect(rows.length).toBeGreaterThan(10);
    for (const { folder, allowed } of rows) {
      const row = new RegExp(`^\\| \`${folder}\` *\\|[^|]*\\|([^|]*)\\|$`, 'm').exec(page)?.[1]?.trim();
      const expected = allowed.length === 0 ? 'nothing' : folder === 'cli' ? 'everything' : allowed.join(', ');
      expect(row, folder).toBe(expected);
    }
  });

  it('covers every folder of src', () => {
    const folders = readdirSync('src', { withFileTypes: true }).filter((entry) => entry.isDirectory());
    const config = readFileSync('.dependency-cruiser.mjs', 'utf8');
    for (const { name } of folders) expect(config).toContain(`  ${name}: [`);
  });
});

describe('the source', () => {
  it('names no person, machine or unfinished work', () => {
    const hits = spawnSync(
      'git',
      [
        'grep',
        '-nIE',
        String.raw`\b(TODO|FIXME|XXX)\b|not implemented|it\.(skip|only)\(|describe\.(skip|only)\(`,
        '--',
        'src',
        'test',
        'bench',
        ':!test/architecture.test.ts',
      ],
      { encoding: 'utf8' },
    );
    expect(hits.stdout).toBe('');
  });

  it('has no tracked file that git would rewrite', () => {
    expect(execFileSync('git', ['ls-files', '--eol', 'src'], { encoding: 'utf8' })).not.toContain('w/crlf');
  });
});
