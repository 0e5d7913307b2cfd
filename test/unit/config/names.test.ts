import fc from "fast-check";
import { isAmiName } from "../../../config/aws/names";
import { isDefinitionName, isDiskName, toDiskName } from "../../../config/azure/names";
import { identityLabels, isResourceName, toResourceName } from "../../../config/gcp/names";
import { compareVersions } from "../../../config/release";

test.each([
  { name: "demo-x86_64-20261120.0", is: true },
  { name: "Debian 13 (amd64) [20261120.0]", is: true },
  { name: "ab", is: false },
  { name: "a".repeat(129), is: false },
  { name: "demo:1", is: false },
  { name: "démo", is: false },
])("$name is an AMI name: $is", ({ name, is }) => expect(isAmiName(name)).toBe(is));

test.each([
  { name: "demo-x86-64-20261120-0", is: true },
  { name: "d", is: true },
  { name: "demo-x86_64", is: false },
  { name: "1demo", is: false },
  { name: "demo-", is: false },
  { name: "a".repeat(64), is: false },
])("$name is a name of Google Cloud: $is", ({ name, is }) => expect(isResourceName(name)).toBe(is));

test.each([
  { name: "demo-x86_64", is: true },
  { name: "_demo", is: false },
  { name: "demo.", is: false },
  { name: "toString", is: false },
])("$name is an Azure definition: $is", ({ name, is }) => expect(isDefinitionName(name)).toBe(is));

test("names of releases are spelled in each cloud's alphabet", () => {
  const version = fc.stringMatching(/^[0-9A-Za-z]{1,8}([._-][0-9A-Za-z]{1,8}){0,2}$/);
  fc.assert(
    fc.property(version, (text) => {
      expect(isResourceName(toResourceName(`demo-x86_64-${text}`))).toBe(true);
      expect(isDiskName(toDiskName(`demo-x86_64-${text}`))).toBe(true);
    }),
  );
});

test("identity labels are labels whatever the stack is called", () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1, maxLength: 100 }), (stack) => {
      const labels = identityLabels({
        product: "debian-13.1",
        release: "1.0_RC",
        sha256: "a".repeat(64),
        stack,
      });
      for (const value of Object.values(labels)) expect(value).toMatch(/^[a-z0-9_-]{0,63}$/);
    }),
  );
});

test.each([
  { older: "20261120.9", newer: "20261120.10" },
  { older: "20261120.0", newer: "20261121.0" },
  { older: "13.1", newer: "13.1.1" },
  { older: "1.0-alpha", newer: "1.0-beta" },
])("$older is older than $newer", ({ older, newer }) => {
  expect([newer, older].sort(compareVersions)).toEqual([older, newer]);
});
