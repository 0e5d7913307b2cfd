import type { Call } from "../../../plugin/resource";
import { closingReport } from "../../../provider/closing-report";

const call = (): Call => {
  const signal = new AbortController().signal;
  return { urn: "", name: "demo", signal, timeoutSeconds: 0, log: () => {}, status: () => {} };
};
const OPEN = ["AMI demo-1 in us-east-1 is still open for everyone: no answer", "AMI demo-1 in eu-west-1 …"];

test("nothing open is reported as nothing", async () => {
  expect(await closingReport.create({ open: [] }, call())).toMatchObject({ outputs: { open: [] } });
  expect(
    closingReport.diff({ inputs: { open: [] }, outputs: { open: [] } }, { open: [] }, call()).changes,
  ).toEqual({});
});

test("what is open fails it, line by line, whether it is new or not", async () => {
  const said = ["still open:", ...OPEN.map((line) => `- ${line}`)].join("\n");
  await expect(closingReport.create({ open: OPEN }, call())).rejects.toThrow(said);
  const old = { inputs: { open: [] }, outputs: { open: [] } };
  await expect(closingReport.update!("id", old, { open: OPEN }, call())).rejects.toThrow(said);
});
