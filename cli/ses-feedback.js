#!/usr/bin/env node
// Runs the command from its TypeScript source, so that there is no build to keep up to date.
// The AWS SDK warns at start that its versions of 2027 will need Node 22. That does not help an operator.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
require('tsx/cjs/api').register();
require('./main.ts');
