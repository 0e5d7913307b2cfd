import { execFileSync, spawnSync } from "node:child_process";
import fc from "fast-check";
import { compareDebianVersions } from "../../../archive/version";

const hasDpkg = spawnSync("dpkg", ["--version"]).status === 0;
if (!hasDpkg) console.warn("skipped: dpkg as a judge; it needs dpkg");
const withDpkg = hasDpkg ? test : test.skip;

const part = (characters: string, min: number) =>
  fc.string({ unit: fc.constantFrom(...characters), minLength: min, maxLength: 7 });
/** Few characters, so that versions are often nearly the same. */
const version = fc
  .tuple(
    fc.option(fc.constantFrom("0:", "1:", "02:"), { nil: "" }),
    fc.constantFrom("0", "1", "10", "9"),
    part("0019~+.aZz", 0),
    fc.option(
      part("019~+.a", 1).map((revision) => `-${revision}`),
      { nil: "" },
    ),
  )
  .map((parts) => parts.join(""));

/** Another one, or the same but for something small. */
const other = (first: string) =>
  fc.oneof(
    version,
    fc.constantFrom(
      first,
      `0:${first}`,
      `${first}-0`,
      `${first}+b1`,
      `${first}~`,
      first.replace(/\d/, "0$&"),
    ),
  );

withDpkg("orders any two versions as dpkg does", () => {
  const pairs = fc.sample(
    version.chain((a) => fc.tuple(fc.constant(a), other(a))),
    { numRuns: 2000, seed: 15 },
  );
  // One shell for all of them: a process for each comparison would take minutes.
  const script = `while read -r a b; do
    if dpkg --compare-versions "$a" lt "$b"; then echo -1; elif dpkg --compare-versions "$a" eq "$b"; then echo 0; else echo 1; fi
  done`;
  const input = pairs.map((pair) => `${pair.join(" ")}\n`).join("");
  const judged = execFileSync("sh", ["-c", script], { input, encoding: "utf8" }).trim().split("\n");
  const ours = pairs.map(([a, b]) => String(Math.sign(compareDebianVersions(a, b))));
  const wrong = pairs.flatMap((pair, at) =>
    ours[at] === judged[at] ? [] : [`${pair.join(" ")}: ${judged[at]}`],
  );
  expect(wrong).toEqual([]);
  expect(new Set(judged)).toEqual(new Set(["-1", "0", "1"]));
});
