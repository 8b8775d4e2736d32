const NodeEnvironment = require('@stryker-mutator/jest-runner/jest-env/node');

/**
 * Skips the remaining tests after the first failure, which already kills the mutant. Jest's own `bail` only stops
 * between files.
 */
module.exports = class StopAtFirstFailure extends NodeEnvironment {
  async handleTestEvent(event, state) {
    if (event.name === 'test_start' && this.hasFailed) event.test.mode = 'skip';
    if (event.name === 'test_done' && event.test.errors.length > 0) this.hasFailed = true;
    await super.handleTestEvent?.(event, state);
  }
};
