// The engine takes seconds for each command, and many on a busy machine: Jest's five are for unit tests. A project's
// own `testTimeout` does not reach hooks (Jest 30).
jest.setTimeout(600_000);
