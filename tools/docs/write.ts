/** `npm run docs`: writes the generated pages. The study behind docs/alarms.md takes half a minute. */
import { readFileSync, writeFileSync } from 'node:fs';
import { scenarios } from '../alarm-study/scenarios.ts';
import { study } from '../alarm-study/study.ts';
import { alarmsFile, alarmsPage } from './alarms.ts';
import { bounceClasses, bounceClassesFile } from './bounce-classes.ts';
import { cliReference, cliReferenceFile } from './cli.ts';
import { deployFile, withCosts } from './costs.ts';

writeFileSync(bounceClassesFile, bounceClasses());
writeFileSync(cliReferenceFile, cliReference());
writeFileSync(deployFile, withCosts(readFileSync(deployFile, 'utf8')));
writeFileSync(alarmsFile, alarmsPage(scenarios.flatMap(study)));
