import { spawnSync } from "node:child_process";
import fc from "fast-check";
import { shellExports } from "../../../../rehearsal/command/env";

test("a shell takes every value as it is", () => {
  const value = fc.string({ unit: "binary", maxLength: 40 }).map((text) => text.replace(/\0/g, ""));
  fc.assert(
    fc.property(fc.array(value, { minLength: 1, maxLength: 5 }), (values) => {
      const environment = Object.fromEntries(values.map((text, at) => [`V${at}`, text]));
      const names = Object.keys(environment);
      const script = `${shellExports(environment)}printf '%s\\0' ${names.map((name) => `"$${name}"`).join(" ")}`;
      const { stdout } = spawnSync("sh", ["-c", script], { encoding: "utf8" });
      expect(stdout).toBe(values.map((text) => `${Buffer.from(text).toString()}\0`).join(""));
    }),
    { numRuns: 30, examples: [[["it's", '"$(rm -rf x)"', "a\nb", "`x`", "\\"]]] },
  );
});
