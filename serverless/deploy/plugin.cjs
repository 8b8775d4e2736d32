// The Serverless Framework loads plugins as JavaScript; this one is written in TypeScript, like the rest of the
// project. The AWS SDK warns with every client that its versions of 2027 need Node 22, which does not help during a
// deployment.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
require('tsx/cjs/api').register();
module.exports = require('./plugin.ts').DeployPlugin;
