#!/usr/bin/env node
// Runs the command from its TypeScript source, so that a checkout has no build to keep up to date.
// The package has a bundle instead: tools/package/cli.ts.
require('tsx/cjs/api').register();

/** Starts the hook for import(), which takes longer than everything that help and the version need. */
async function registerImportHook() {
  (await import('tsx/esm/api')).register();
}

void require('./main.ts').main(registerImportHook);
