import * as pulumi from "@pulumi/pulumi";
import { readState } from "../../../components/access";

/** A state that cannot be read for so many readings. @returns how often it was read */
async function mockState(failures: number, message: string): Promise<{ readings: () => number }> {
  let readings = 0;
  const call = () => {
    readings++;
    if (readings <= failures) throw Object.assign(new Error(message), { code: 2, details: message });
    return { outputs: {} };
  };
  const newResource = () => ({ id: "", state: {} });
  await pulumi.runtime.setMocks({ newResource, call }, "imprimatur", "demo", false, "organization");
  return { readings: () => readings };
}

test("a state that is being saved is read again", async () => {
  const state = await mockState(2, "failed to load checkpoint: EOF");
  expect(await readState()).toBeDefined();
  expect(state.readings()).toBe(3);
});

test("a state that cannot be read for another reason is refused at once", async () => {
  const state = await mockState(1, "failed to load checkpoint: incorrect passphrase");
  await expect(readState()).rejects.toThrow("incorrect passphrase");
  expect(state.readings()).toBe(1);
});
