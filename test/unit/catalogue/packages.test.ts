import { createHash } from "node:crypto";
import { changesBetween, packagesIn } from "../../../catalogue/packages";

const bom = (components: object[]) =>
  JSON.stringify({ bomFormat: "CycloneDX", specVersion: "1.6", components });
const digest = (text: string) => createHash("sha256").update(text).digest("hex");
const library = (name: string, version: string) => ({ type: "library", name, version });

test("packages are listed by name, from no other file than the signed one", () => {
  const text = bom([library("b", "2"), { type: "file", name: "x" }, library("a", "1")]);
  expect(packagesIn(text, "a.cdx.json", digest(text))).toEqual([
    { name: "a", version: "1" },
    { name: "b", version: "2" },
  ]);
  expect(() => packagesIn(`${text} `, "a.cdx.json", digest(text))).toThrow(
    /^a\.cdx\.json: its SHA-256 is \w{64}, and the signed record says \w{64}; put the file back/,
  );
});

test.each(["no JSON", '{"bomFormat":"SPDX"}'])("%s is no bill of materials", (text) => {
  expect(() => packagesIn(text, "a.cdx.json", digest(text))).toThrow(/^a\.cdx\.json: not a CycloneDX bill/);
});

test("a release tells which packages changed; versions that lie side by side are added and removed", () => {
  const at = (name: string, version: string) => ({ name, version });
  const before = [at("curl", "1"), at("kernel", "6.1"), at("kernel", "6.2"), at("old", "1"), at("same", "1")];
  const after = [at("curl", "2"), at("kernel", "6.2"), at("kernel", "6.3"), at("new", "1"), at("same", "1")];
  expect(changesBetween(before, after, "1.0")).toEqual({
    since: "1.0",
    changed: [{ name: "curl", from: "1", to: "2" }],
    added: [at("kernel", "6.3"), at("new", "1")],
    removed: [at("kernel", "6.1"), at("old", "1")],
  });
});
