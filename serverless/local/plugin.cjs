// The Serverless Framework loads plugins as JavaScript; this one is written in TypeScript, like the rest of the
// project.
require('tsx/cjs/api').register();
module.exports = require('./plugin.ts').LocalPlugin;
