/** `npm run docs`. */
import { writeFileSync } from 'node:fs';
import { bounceClasses, bounceClassesFile } from './generate.ts';

writeFileSync(bounceClassesFile, bounceClasses());
