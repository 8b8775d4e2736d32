import { useSystem } from '../support/system.ts';
import { backends, useBackend } from './backends.ts';
import { describeLookups } from './contract.ts';
import { describeChanges } from './contract-changing.ts';
import { describeFailures } from './contract-failing.ts';

useSystem();

describe.each(backends)('%s', (_name, open) => {
  describe('lookups', () => describeLookups(useBackend(open)));
  describe('changes', () => describeChanges(useBackend(open)));
  describe('failures', () => describeFailures(useBackend(open)));
});
