const NodeEnvironment = require('@stryker-mutator/jest-runner/jest-env/node');

/** Skips the rest after the first failure: one test that fails is enough to kill a mutant. Jest itself stops only between files. */
module.exports = class StopAtFirstFailure extends NodeEnvironment {
  async handleTestEvent(event, state) {
    if (event.name === 'test_start' && this.hasFailed) event.test.mode = 'skip';
    if (event.name === 'test_done' && event.test.errors.length > 0) this.hasFailed = true;
    await super.handleTestEvent?.(event, state);
  }
};
