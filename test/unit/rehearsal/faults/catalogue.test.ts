import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CATALOGUE, faultList, listedFaults, readFaultFile } from "../../../../rehearsal/command/faults";
import { readFault } from "../../../../rehearsal/faults/kinds";

const all = Object.entries(listedFaults()).flatMap(([cloud, kinds]) =>
  kinds.map((fault) => ({ cloud, ...fault })),
);

test.each(all)("$cloud takes the example of $kind, and each member says what it means", (fault) => {
  const { kinds, translate } = CATALOGUE[fault.cloud]!;
  const members = { ...fault.example, cloud: undefined };
  delete members.cloud;
  expect(readFault(fault.cloud, kinds, members, translate)).toMatchObject({ kind: fault.kind });
  expect(fault.members.filter(({ meaning, takes }) => meaning === "" || takes === "anything")).toEqual([]);
  expect(() => readFault(fault.cloud, kinds, { ...members, tims: 3 }, translate)).toThrow(
    "tims is not known (it takes",
  );
});

test("every cloud has the same accidents of requests", () => {
  const kindsOf = (cloud: string) => Object.keys(CATALOGUE[cloud]!.kinds);
  const common = kindsOf("aws").filter(
    (kind) => kindsOf("gcp").includes(kind) && kindsOf("azure").includes(kind),
  );
  expect(common).toEqual(
    expect.arrayContaining([
      "throttle",
      "error",
      "expired",
      "denied",
      "absent",
      "conflict",
      "hang",
      "slow",
      "drop",
      "reset",
      "trickle",
      "flip-answer",
      "flip",
      "rot",
    ]),
  );
});

test("members written before the clouds had the same ones still work", () => {
  const read = (cloud: string, fault: object) =>
    readFault(cloud, CATALOGUE[cloud]!.kinds, fault, CATALOGUE[cloud]!.translate);
  expect(read("aws", { kind: "throttle", action: "CopyImage" })).toMatchObject({ operation: "CopyImage" });
  expect(read("azure", { kind: "drop", match: "GET /sub" })).toMatchObject({ operation: "*GET /sub*" });
  expect(read("gcp", { kind: "drop", method: "PUT" })).toMatchObject({ operation: "PUT *" });
});

test("the list of one cloud names it alone, and a cloud that there is not is refused", () => {
  expect(faultList("gcp")).toContain("Google Cloud\n");
  expect(faultList("gcp")).not.toContain("replication");
  expect(() => faultList("mars")).toThrow('no cloud "mars"; there are aws, gcp, azure');
});

test("a file of faults is read whole: each problem with its place, or all of them", () => {
  const folder = mkdtempSync(join(tmpdir(), "faults-"));
  const file = join(folder, "faults.yaml");
  writeFileSync(
    file,
    "- {cloud: gcp, kind: throttle, probability: 0.3}\n- {kind: explode}\n- {cloud: azure, kind: drop, tims: 1}\n",
  );
  expect(() => readFaultFile(file)).toThrow(
    /fault 2: aws takes no fault of kind "explode"[^]*fault 3: .*tims is not known/,
  );
  writeFileSync(file, JSON.stringify([{ kind: "throttle", times: 2 }]));
  expect(readFaultFile(file)).toEqual([{ kind: "throttle", times: 2 }]);
  rmSync(folder, { recursive: true });
});
