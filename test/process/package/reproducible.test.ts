import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import lock from '../../../package-lock.json';
import { root, run } from '../../support/run.ts';
import { expectSuccess, packPackage } from './packed-package.ts';

const sha512 = (file: string) => createHash('sha512').update(readFileSync(file)).digest('hex');

test('two builds, in other folders, at other times and in other environments, give the same package to the byte', async () => {
  const { tarball } = await packPackage();
  const folder = mkdtempSync(path.join(tmpdir(), 'ses-feedback-'));
  const dist = path.join(folder, 'elsewhere', 'dist');
  const env = { TZ: 'Asia/Tokyo', LANG: 'tr_TR.UTF-8', LC_ALL: 'tr_TR.UTF-8' };
  const build = `umask 077 && node_modules/.bin/tsx tools/package/main.ts '${dist}'`;
  await expectSuccess(run('sh', ['-c', build], { env, cwd: root }));
  const pack = `umask 077 && npm pack --offline --pack-destination '${folder}'`;
  await expectSuccess(run('sh', ['-c', pack], { env, cwd: dist }));
  const [again = ''] = readdirSync(folder).filter((file) => file.endsWith('.tgz'));
  expect(sha512(path.join(folder, again))).toBe(sha512(tarball));
  rmSync(folder, { recursive: true });
});

describe('the bill of materials', () => {
  type Component = { name: string; version: string; purl: string; scope?: string; licenses?: unknown[] };
  let document: {
    components: Component[];
    metadata: { component: Component };
    dependencies: { dependsOn: string[] }[];
  };
  let licenses: string;
  beforeAll(async () => {
    const { dist } = await packPackage();
    document = JSON.parse(readFileSync(path.join(dist, 'sbom.cdx.json'), 'utf8'));
    licenses = ['.', 'cli']
      .map((name) => readFileSync(path.join(dist, name, 'THIRD-PARTY-LICENSES.txt'), 'utf8'))
      .join();
  });

  test('has the form of CycloneDX 1.6, without anything that differs between two builds', () => {
    expect(document).toMatchObject({ bomFormat: 'CycloneDX', specVersion: '1.6', version: 1 });
    expect(document).not.toHaveProperty('serialNumber');
    expect(document.metadata).toEqual({ component: expect.objectContaining({ name: 'ses-feedback' }) });
    for (const { purl, licenses: one } of document.components) {
      expect(purl).toMatch(/^pkg:npm\/(%40[\w.-]+\/)?[\w.-]+@[\w.%-]+$/);
      if (one !== undefined)
        expect(JSON.stringify(one)).toMatch(/^\[\{"(license":\{"id"|expression"):"[\w.() -]+"\}?\}\]$/);
    }
    expect(document.dependencies[0]?.dependsOn.toSorted()).toEqual(
      document.components.map(({ purl }) => purl).toSorted(),
    );
  });

  test('names each bundled package once, in the version that is installed and with its license', () => {
    const bundled = document.components.filter(({ scope }) => scope === undefined);
    const names = bundled.map(({ name, version }) => `${name} ${version}`);
    expect(new Set(names).size).toBe(names.length);
    // The licenses are collected from the same packages, by other code.
    const licensed = [...licenses.matchAll(/^(\S+ \d+\.\S*) \(/gm)].map(([, name]) => name as string);
    expect(names.toSorted()).toEqual([...new Set(licensed)].toSorted());
    for (const { name, version, licenses: one } of bundled) {
      expect(one).toHaveLength(1);
      const installed = Object.entries(lock.packages).filter(([file]) => file.endsWith(`node_modules/${name}`));
      expect(installed.map(([, { version: locked }]) => locked)).toContain(version);
    }
  });

  test('names the peer dependency as not included', () => {
    expect(document.components.filter(({ scope }) => scope === 'excluded').map(({ name }) => name)).toEqual([
      '@aws-sdk/client-dynamodb',
    ]);
  });
});
