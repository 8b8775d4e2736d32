// The Serverless Framework loads plugins as plain JavaScript; ours is TypeScript like the rest.
require('tsx/cjs/api').register();
module.exports = require('./plugin.ts').LocalPlugin;
