// The engine takes seconds for each command, on a busy machine many: Jest's five are for unit tests. A project's own
// `testTimeout` does not reach hooks (Jest 30).
jest.setTimeout(600_000);
