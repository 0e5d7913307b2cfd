import * as pulumi from "@pulumi/pulumi";
import { openBy, readState } from "../../../components/access";

/** A state whose first `failures` readings fail. @returns the number of readings */
async function mockState(
  failures: number,
  message: string,
  outputs: object = {},
  isPreview = false,
): Promise<{ readings: () => number }> {
  let readings = 0;
  const call = () => {
    readings++;
    if (readings <= failures) throw Object.assign(new Error(message), { code: 2, details: message });
    return { outputs };
  };
  const newResource = () => ({ id: "", state: {} });
  await pulumi.runtime.setMocks({ newResource, call }, "imprimatur", "demo", isPreview, "organization");
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

test.each([true, false])(
  "what the last up left open is told by a preview (%s), as soon as the state is read",
  async (isPreview) => {
    const warn = jest.spyOn(pulumi.log, "warn").mockResolvedValue();
    const open = "AMI demo-1 in us-east-1 is still open for everyone: no answer; `imprimatur up` tries again";
    const type = "imprimatur:aws:ImageClosing";
    const urn = `urn:pulumi:demo::imprimatur::${type}::demo-1-x86_64-us-east-1`;
    await mockState(
      0,
      "",
      { [urn]: { type, outputs: { open, openFor: ["public"], closings: 1 } } },
      isPreview,
    );
    const state = readState();
    expect(await openBy(state)).toEqual([open]);
    expect(warn.mock.calls.map(([line]) => line)).toEqual(isPreview ? [`left by the last up: ${open}`] : []);
    warn.mockRestore();
  },
);
