import path from 'node:path';
import { buildPackage } from './build.ts';
import { root } from './entries.ts';
import { sizeTable } from './sizes.ts';

// The tests build into folders of their own, because they run at the same time.
const [folder = path.join(root, 'dist')] = process.argv.slice(2);

buildPackage(folder).then(
  (sizes) => console.log(`${sizeTable(sizes)}\n\nBuilt in ${folder}`),
  (error: Error) => {
    console.error(error.message);
    process.exitCode = 1;
  },
);
