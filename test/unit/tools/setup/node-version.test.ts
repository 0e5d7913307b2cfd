import { isSupported } from "../../../../tools/setup/node-version";

test.each([
  ["20.18.9", false],
  ["20.19.0", true],
  ["20.20.2", true],
  ["21.7.0", false],
  ["22.12.5", false],
  ["22.13.0", true],
  ["23.11.0", false],
  ["24.0.0", true],
  ["26.1.0", true],
])("Node %s: %p", (version, supported) => {
  expect(isSupported(version, "^20.19.0 || ^22.13.0 || >=24")).toBe(supported);
});

test("a range that it cannot read is no range that it accepts", () => {
  expect(() => isSupported("20.19.0", ">=20 <23")).toThrow(">=20 <23");
});
