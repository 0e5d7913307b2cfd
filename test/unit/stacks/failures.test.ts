import { EventEmitter } from "node:events";
import { leaveFailuresToTheEngine } from "../../../stacks/failures";

/** A program as the SDK runs it: unhandled rejections are shown. */
function running() {
  const program = new EventEmitter() as unknown as NodeJS.Process;
  const shown: unknown[] = [];
  program.on("unhandledRejection", (reason) => shown.push(reason));
  leaveFailuresToTheEngine(program);
  return { program, shown };
}

const URN = "demo-1-x86_64-us-east-1 [imprimatur:aws:Verification]";

test.each([
  { reason: new Error(`resource ${URN} failed to register`), isShown: false },
  {
    reason: new Error(`error serializing property "outputs": resource ${URN} failed to register`),
    isShown: false,
  },
  { reason: new Error("failed to register new resource x [a:b:C]: connection lost"), isShown: true },
  { reason: new TypeError("x is not a function"), isShown: true },
  { reason: "said by nobody", isShown: true },
])("$reason: shown $isShown; a program that anything failed of never ends well", ({ reason, isShown }) => {
  const { program, shown } = running();
  program.emit("unhandledRejection", reason as Error, Promise.resolve());
  expect(shown).toEqual(isShown ? [reason] : []);
  expect(program.exitCode).toBe(isShown ? undefined : 32);
});
