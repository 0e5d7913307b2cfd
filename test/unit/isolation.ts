import childProcess from "node:child_process";
import net from "node:net";

// A unit test starts no server, opens no connection and runs no program: whatever does is in test/integration/, so that
// the unit tests stay quick and need nothing of the machine.

const refused: string[] = [];
const restore: (() => void)[] = [];

/** Makes a function of Node throw, in each test file of its own; Node's modules are shared by all files of a worker. */
function refuse<T extends object>(owner: T, name: keyof T & string, what: string): void {
  const original = owner[name];
  restore.push(() => (owner[name] = original));
  owner[name] = (() => {
    refused.push(what);
    throw new Error(`a unit test ${what}; what needs that belongs in test/integration/ (CONTRIBUTING.md)`);
  }) as T[keyof T & string];
}

refuse(net.Server.prototype, "listen", "starts a server");
refuse(net.Socket.prototype, "connect", "opens a connection");
refuse(childProcess.ChildProcess.prototype as unknown as { spawn: unknown }, "spawn", "runs a program");
for (const name of ["spawnSync", "execFileSync", "execSync"] as const)
  refuse(childProcess, name, "runs a program");

// What the code under test caught is told all the same.
afterEach(() => {
  expect(refused.splice(0)).toEqual([]);
});
afterAll(() => {
  for (const back of restore) back();
});
