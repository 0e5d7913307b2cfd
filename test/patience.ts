// Jest's 5 seconds are a timing assertion on a busy machine. No test here waits for time to pass; a test that hangs
// is still ended. Jest 30 does not take `testTimeout` from a project's own config, hence this file.
jest.setTimeout(60_000);
