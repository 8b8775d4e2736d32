import lock from '../../package-lock.json';

type LockedPackage = {
  readonly version?: string;
  readonly integrity?: string;
  readonly resolved?: string;
  readonly optional?: true;
  readonly os?: readonly string[];
};
const packages = Object.entries(lock.packages as Record<string, LockedPackage>).filter(([name]) => name !== '');

test('every package is locked to its content, except those for other platforms', () => {
  const unlocked = packages.filter(([, { integrity }]) => !integrity?.startsWith('sha512-'));
  // npm learns the hash of a package when it installs it, and it installs only those for its own platform.
  expect(unlocked.filter(([, { optional, os }]) => !optional || os === undefined)).toEqual([]);
});

test('no package comes from an address of its own', () => {
  expect(packages.filter(([, { resolved }]) => resolved !== undefined)).toEqual([]);
});
