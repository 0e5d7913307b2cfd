import { CLOUDS } from "../../../facts/clouds";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { plugin } from "../../../provider/main";

const ROOT = join(__dirname, "../../..");

/** `imprimatur:aws:Snapshot` → the outputs that its class declares. */
function declared(): Map<string, string[]> {
  const types = new Map<string, string[]>();
  for (const folder of ["", ...CLOUDS]) {
    for (const file of readdirSync(join(ROOT, "resources", folder)).filter((name) => name.endsWith(".ts"))) {
      const source = readFileSync(join(ROOT, "resources", folder, file), "utf8");
      for (const [, type = "", outputs = ""] of source.matchAll(
        /super\(\s*"(imprimatur:[^"]+)",\s*name,\s*args,\s*\[([^\]]*)\]/g,
      )) {
        types.set(type, [...outputs.matchAll(/"(\w+)"/g)].map(([, output]) => output ?? "").sort());
      }
    }
  }
  return types;
}

test("every resource class has a handler, and every handler a class", () => {
  expect(Object.keys(plugin.resources).sort()).toEqual([...declared().keys()].sort());
});

test.each([...declared()])("%s computes the outputs that its class declares", (type, outputs) => {
  expect([...(plugin.resources[type]?.computed ?? [])].sort()).toEqual(outputs);
});

test("the engine can start the plugin", () => {
  expect(statSync(join(ROOT, "provider/pulumi-resource-imprimatur")).mode & 0o111).toBe(0o111);
  expect(plugin.version).toMatch(/^\d+\.\d+\.\d+/);
});
