import * as fc from 'fast-check';

// The fixed seed makes the result reproducible: a mutant that a test kills today is also killed tomorrow.
// Counterexamples are not shrunk, because only the failure counts.
process.env.PROPERTY_RUNS = '50';
fc.configureGlobal({ seed: 20261120, endOnFailure: true });
