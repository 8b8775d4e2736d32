#!/usr/bin/env node
// The command runs from its TypeScript source, so that what runs is always what is read.
require('tsx/cjs/api').register();
require('./main.ts');
