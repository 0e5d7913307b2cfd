// Jest's 5 seconds are a timing assertion on a busy machine. No test here waits for time to pass; a hung one still ends.
// `testTimeout` is not taken from a project's own config (Jest 30), hence this file.
jest.setTimeout(60_000);
