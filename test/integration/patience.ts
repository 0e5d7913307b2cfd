// A test here starts servers and programs, and no test waits for time to pass: this ends one that hangs, on a busy machine too.
jest.setTimeout(180_000);
