import { UNKNOWN } from "../../../facts/engine";
import { diffIdentity, identityOutputs, planIdentity } from "../../../provider/object-identity";

test("a cloud that tells no id of its own leaves no output unknown", () => {
  expect(identityOutputs({ createdAt: "2026-11-20T13:00:00Z" })).toEqual({
    uid: "",
    createdAt: "2026-11-20T13:00:00Z",
  });
});

test("a state of an older version gets the outputs by an update, whose preview knows them", () => {
  const old = { inputs: { a: 1 }, outputs: { a: 1, level: "bytes" } };
  const { changes } = diffIdentity(old, { changes: {} });
  expect(changes).toEqual({
    uid: { kind: "add", replace: false },
    createdAt: { kind: "add", replace: false },
  });
  const planned = planIdentity(old, old.inputs, ["level", "uid", "createdAt"]);
  expect(planned).toEqual({ a: 1, level: "bytes", uid: "", createdAt: "" });
  expect(diffIdentity({ inputs: old.inputs, outputs: planned }, { changes: {} }).changes).toEqual({});
});

test("before anything was verified all is unknown", () => {
  expect(planIdentity(undefined, { a: 1 }, ["level", "uid"])).toEqual({ a: 1, level: UNKNOWN, uid: UNKNOWN });
});
