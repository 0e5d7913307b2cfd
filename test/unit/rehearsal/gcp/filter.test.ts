import { parseFilter } from "../../../../rehearsal/gcp/compute/filter";

const item = {
  name: "debian-13-20261120",
  family: "debian-13",
  status: "READY",
  diskSizeGb: "10",
  creationTimestamp: "2026-11-20T10:00:00.000-08:00",
  labels: { release: "20261120", tier: "" },
  guestOsFeatures: [{ type: "GVNIC" }, { type: "UEFI_COMPATIBLE" }],
};

test.each<[string, boolean]>([
  ["name = debian-13-20261120", true],
  ["name=debian-12", false],
  ['family != "debian-12"', true],
  ["name eq debian-13-.*", true],
  ["name eq debian", false],
  ["name ne debian", true],
  ["labels.release:*", true],
  ["labels.none:*", false],
  ["(family = debian-13) (status = READY)", true],
  ["family = debian-12 OR status = READY", true],
  ["family = debian-12 AND status = READY", false],
  ["NOT family = debian-12", true],
  ["guestOsFeatures.type = GVNIC", true],
  ["diskSizeGb > 9", true],
  ["diskSizeGb >= 11", false],
  ["creationTimestamp > 2026-11-20T17:59:59Z", true],
  ['creationTimestamp < "2026-11-20T17:59:59Z"', false],
  ["name : debian", true],
])("%s is %s", (filter, wanted) => {
  expect(parseFilter(filter)(item)).toBe(wanted);
});

test.each(["(", "name", "name =", "= x", "name = x)", "name ~ x", "-name = x", "-(name = x)", "name eq ("])(
  "%j is refused",
  (filter) => {
    expect(() => parseFilter(filter)).toThrow("Invalid list filter expression");
  },
);
