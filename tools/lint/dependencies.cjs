// Which file may import which: https://github.com/sverweij/dependency-cruiser/blob/main/doc/rules-reference.md
// The folders are described in docs/architecture.md; what the pure folder may import is checked by biome.json.
const flows = '^shared/(ingest|monitoring|account-list|operator|relay)/';
const adapters = '^(shared/aws|shared/smtp|functions|cli|serverless|local|tools|test)/';
const awsSdk = '(^|/)node_modules/(@aws-sdk|@smithy)/';

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'no-circular-imports',
      comment:
        'A cycle, even one of types, has no order to read the files in. Move what both need to a file of its own.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'flows-import-no-adapters',
      comment:
        'A flow declares a port (a type) and receives the adapter as an argument, so that tests and other stores can supply it.',
      severity: 'error',
      from: { path: flows },
      to: { path: adapters },
    },
    {
      name: 'sdk-stays-in-adapters',
      comment:
        'The AWS SDK is imported in shared/aws, functions/handlers, cli/stack, serverless and local only. Types are allowed everywhere outside the domain.',
      severity: 'error',
      from: { path: '^(shared|functions|cli)/', pathNot: '^(shared/aws|functions/handlers|cli/stack)/' },
      to: { path: awsSdk, dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'domain-imports-no-flows',
      comment:
        'The domain is what the flows are made of. biome.json also keeps Node, the environment and the clock out of it.',
      severity: 'error',
      from: { path: '^shared/domain/' },
      to: { pathNot: '^shared/domain/|(^|/)node_modules/(zod|@stdlib)/|^(node:)?crypto$' },
    },
    {
      name: 'product-imports-no-tools',
      comment: 'What is deployed or published must not need what only contributors run.',
      severity: 'error',
      from: { path: '^(shared|functions|cli)/' },
      to: { path: '^(tools|test|local|serverless)/' },
    },
    {
      name: 'shared-imports-no-entry-points',
      comment: 'Entry points (functions, cli) import shared, never the other way round.',
      severity: 'error',
      from: { path: '^shared/' },
      to: { path: '^(functions|cli)/' },
    },
  ],
  options: {
    // Imports of types count as well: a reader follows them too.
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(node_modules/.+/node_modules|dist|\\.stryker-tmp|\\.local|\\.serverless)/' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.js', '.cjs', '.json'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default'],
    },
  },
};
