import { type ObjectIdentity, otherObject } from "../../../config/object-identity";

const MADE = "2026-11-20T05:00:00.000-08:00";

test.each<[string, ObjectIdentity, ObjectIdentity, string | undefined]>([
  ["the same id", { uid: "1", createdAt: MADE }, { uid: "1", createdAt: "2026-11-20T13:00:00Z" }, undefined],
  ["a record that tells nothing", {}, { uid: "1", createdAt: MADE }, undefined],
  ["a cloud that tells nothing", { uid: "1", createdAt: MADE }, {}, undefined],
  [
    "the same instant in another spelling",
    { createdAt: MADE },
    { createdAt: "2026-11-20T13:00:00.0000000+00:00" },
    undefined,
  ],
  [
    "another id",
    { uid: "1", createdAt: MADE },
    { uid: "2", createdAt: MADE },
    `another object has its name now: id 2, made at ${MADE}; the recorded one is id 1, made at ${MADE}`,
  ],
  [
    "another instant",
    { createdAt: MADE },
    { uid: "2", createdAt: "2026-11-21T13:00:00Z" },
    `another object has its name now: id 2, made at 2026-11-21T13:00:00Z; the recorded one is made at ${MADE}`,
  ],
])("%s", (_what, recorded, found, want) => {
  expect(otherObject(recorded, found)).toBe(want);
});

test("an empty text tells nothing, like a record of an older version", () => {
  expect(
    otherObject({ uid: "", createdAt: "" }, { uid: "1", createdAt: "2026-11-20T13:00:00Z" }),
  ).toBeUndefined();
});
