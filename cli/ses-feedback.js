#!/usr/bin/env node
// The command runs from its TypeScript source, so that what runs is always what is read.
// The SDK says at its start that those of 2027 need Node 22. True, and nothing an operator at night can use.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
require('tsx/cjs/api').register();
require('./main.ts');
