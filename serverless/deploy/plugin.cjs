// The Serverless Framework loads plugins as plain JavaScript; ours is TypeScript like the rest.
// The SDK says at every client's start that those of 2027 need Node 22.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
require('tsx/cjs/api').register();
module.exports = require('./plugin.ts').DeployPlugin;
