import os from "node:os";
import { ownerStatus } from "../../../cli/holder";

test("a running process is found by ps", () => {
  const holder = { host: os.hostname(), pid: process.pid, since: new Date().toISOString() };
  // The process is not an engine.
  expect(ownerStatus(holder)).toBe("gone");
});
