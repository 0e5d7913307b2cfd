import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

/** The program's outputs, and what a project of the user's own imports. */
const READ_FROM_OUTSIDE = ["stacks/index.ts", "stacks/library.ts"];
/** Types that the package's declaration files name where the sources infer them (TS4023 of `npm run package`). */
const IN_DECLARATIONS = ["plugin/typed-resource.ts: TypedHandler"];
const EXPORTED =
  /^export (?:declare |abstract |async )?(?:function\*?|class|const|let|interface|type|enum) ([\w$]+)/gm;
/** A type costs nothing at run time, and whoever calls a function may name what it takes. */
const EXPORTED_VALUE = /^export (?:async )?(?:function\*?|class|const|let) ([\w$]+)/gm;

/** Parts of one module that tests reach without the rest of it, by the reason. */
const TESTED_APART: Readonly<Record<string, readonly string[]>> = {
  "reads one line or file of a format that others write, with a table of what they write": [
    "cli/engine-folder.ts: programFiles",
    "inspection/apt-conf.ts: readAptConf",
    "inspection/apt.ts: parseDeb822Sources",
    "inspection/apt.ts: parseSourcesList",
    "inspection/boot-entries.ts: grubKernels",
    "inspection/boot-entries.ts: syslinuxLines",
    "inspection/dpkg.ts: parseDpkgStatus",
    "inspection/sshd.ts: parseSshdLine",
    "cli/holder.ts: secondsOf",
    "clouds/aws/rights.ts: principalOf",
    "clouds/azure/principal.ts: principalIn",
    "components/access.ts: resourcesIn",
  ],
  "decides or words something on plain values, which the command around it would need a cloud, an engine or a kill for":
    [
      "audit/aws/sweep.ts: unfinishedReleases",
      "cli/lock.ts: holdersSaid",
      "cli/published-now.ts: describePublished",
      "cli/recovery.ts: withoutPending",
      "cli/withdraw.ts: renderAnswers",
      "clouds/aws/instances.ts: bootCheckMark",
      "clouds/aws/own-copy.ts: onceThereIsRoom",
      "components/plan.ts: planCloud",
      "provider/azure/region-closing.ts: closedNow",
      "provider/azure/region-closing.ts: regionClosingHandler",
      "provider/record.ts: statementOf",
      "stacks/load.ts: assembleStack",
      "stacks/load.ts: secretKeys",
      "trust/azure/check.ts: sizesInGb",
      "tools/demo/build.ts: buildDemoDisk",
      "tools/soak/measure.ts: fitted",
    ],
  "what the tests hold answers, lists or bytes to": [
    "clouds/aws/permissions.ts: AWS_WITHOUT_PERMISSION",
    "disk/blocks.ts: readBlocks",
    "disk/sparse-tar.ts: sparseHeader",
    "rehearsal/gcp/places.ts: IMAGE_LOCATIONS",
    "rehearsal/guided/read-back/azure.ts: withBytesOf",
    "rehearsal/guided/stack-text.ts: PLACEHOLDER",
    "rehearsal/openstack/programs.ts: missingServices",
  ],
};

interface Source {
  readonly file: string;
  readonly exported: readonly string[];
  readonly values: readonly string[];
  readonly words: ReadonlySet<string>;
}

function sourceOf(file: string): Source {
  const text = readFileSync(file, "utf8");
  return {
    file,
    exported: [...text.matchAll(EXPORTED)].map(([, name = ""]) => name),
    values: [...text.matchAll(EXPORTED_VALUE)].map(([, name = ""]) => name),
    words: new Set(text.match(/[\w$]+/g)),
  };
}

const OTHERS = /^(node_modules|dist|coverage|fixtures|\..*)$/;

function sourcesIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (OTHERS.test(entry.name)) return [];
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) return sourcesIn(file);
    return /\.([jt]s|tsx)$/.test(entry.name) ? [file] : [];
  });
}

/** Exports whose name no other file has. */
function unusedExports(sources: readonly Source[]): string[] {
  const uses = new Map<string, number>();
  for (const { words } of sources) for (const word of words) uses.set(word, (uses.get(word) ?? 0) + 1);
  return sources.flatMap(({ file, exported }) =>
    exported.filter((name) => uses.get(name) === 1).map((name) => `${file}: ${name}`),
  );
}

test("what only its own file uses is not exported", () => {
  const unused = unusedExports(sourcesIn(".").map(sourceOf));
  const isRead = (line: string) =>
    IN_DECLARATIONS.includes(line) || READ_FROM_OUTSIDE.some((file) => line.startsWith(`${file}:`));
  expect(unused.filter((line) => !isRead(line))).toEqual([]);
});

const isTest = ({ file }: Source) => /^(test|bench)\//.test(file);

/** Exports of values that no file but tests names. */
function exportsForTests(sources: readonly Source[]): string[] {
  const used = (by: readonly Source[]) => {
    const uses = new Map<string, number>();
    for (const { words } of by) for (const word of words) uses.set(word, (uses.get(word) ?? 0) + 1);
    return uses;
  };
  const [all, inProduct] = [used(sources), used(sources.filter((source) => !isTest(source)))];
  return sources
    .filter((source) => !isTest(source))
    .flatMap(({ file, values }) =>
      values
        .filter((name) => inProduct.get(name) === 1 && all.get(name) !== 1)
        .map((name) => `${file}: ${name}`),
    );
}

test("what only tests use is exported for a reason that is said here", () => {
  expect(exportsForTests(sourcesIn(".").map(sourceOf)).sort()).toEqual(
    Object.values(TESTED_APART).flat().sort(),
  );
});
