import { readFileSync } from 'node:fs';
import path from 'node:path';
import { peerDependency, peerRange, root } from './entries.ts';
import { readRootManifest } from './manifest.ts';

type Component = {
  readonly type: 'library';
  readonly 'bom-ref': string;
  readonly name: string;
  readonly version: string;
  readonly licenses?: readonly ({ license: { id: string } } | { expression: string })[];
  readonly purl: string;
  readonly scope?: 'required' | 'excluded';
};

/**
 * Returns the software bill of materials of the package, in CycloneDX 1.6: every package whose code is in the library or the command, and
 * the peer dependency, whose code is not. The same code gives the same text, so it has no time and no random serial number.
 *
 * @param folders the folders of the bundled packages
 * @see https://cyclonedx.org/docs/1.6/json/
 */
export function softwareBillOfMaterials(folders: readonly string[]): string {
  const { name, version, license } = readRootManifest();
  const described = folders
    .map((folder) => JSON.parse(readFileSync(path.join(root, folder, 'package.json'), 'utf8')))
    .map((manifest) => describe(manifest.name, manifest.version, manifest.license));
  // Two packages may each have a copy of a third.
  const components = [...new Map(described.map((component) => [component.purl, component])).values()]
    // By code points, so that no locale changes the order.
    .sort((a, b) => (a.purl < b.purl ? -1 : 1));
  const peer = { ...describe(peerDependency, peerRange), scope: 'excluded' as const };
  const subject = describe(String(name), String(version), String(license));
  const document = {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: { component: subject },
    components: [...components, peer],
    dependencies: [{ ref: subject['bom-ref'], dependsOn: [...components, peer].map((one) => one['bom-ref']) }],
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

/** @see https://github.com/package-url/purl-spec: the `@` of a scope is encoded */
function describe(name: string, version: string, license?: string): Component {
  const purl = `pkg:npm/${name.replace('@', '%40')}@${encodeURIComponent(version)}`;
  return {
    type: 'library',
    'bom-ref': purl,
    name,
    version,
    ...(license !== undefined && {
      licenses: [/ (AND|OR|WITH) /.test(license) ? { expression: license } : { license: { id: license } }],
    }),
    purl,
  };
}
