/** What a user pastes: the tool's own parser and types decide. */
import { spawnSync } from "node:child_process";
import path from "node:path";
import ts from "typescript";
import type { UsedImage } from "../../../catalogue/cloud";
import { CATALOGUE_CLOUDS } from "../../../catalogue/clouds";
import { CLOUDS } from "../../../facts/clouds";
import { testWith } from "../../e2e/harness/needs";

const PROJECT = path.join(__dirname, "../../..");

const IMAGES: Readonly<Record<string, UsedImage>> = {
  aws: { id: "ami-1", name: "n", account: "1", region: "eu-west-1", architecture: "arm64" },
  gcp: {
    ...{ id: "projects/p/global/images/i", name: "i", account: "p", region: "global" },
    architecture: "x86_64",
  },
  azure: {
    ...{ id: "/CommunityGalleries/g/Images/i/Versions/1.0.0", name: "1.0.0", account: "s" },
    ...{ region: "westeurope", architecture: "x86_64" },
  },
  openstack: { id: "0f-1", name: "n", account: "p", region: "RegionOne", architecture: "x86_64" },
};
const GALLERY =
  "/subscriptions/1/resourceGroups/g/providers/Microsoft.Compute/galleries/g/images/i/versions/1.0.0";

/** Snippets of a tool for every cloud, and for Azure's private gallery besides. */
function snippetsOf(tool: string): [name: string, text: string][] {
  const images = [
    ...CLOUDS.map((cloud) => ({ cloud, image: IMAGES[cloud]! })),
    { cloud: "azure" as const, image: { ...IMAGES.azure!, id: GALLERY } },
  ];
  return images.map(({ cloud, image }, index) => {
    const found = CATALOGUE_CLOUDS[cloud].snippets(image).find((snippet) => snippet.tool === tool);
    return [`${cloud}-${index}`, found?.text ?? ""];
  });
}

/** Type errors of modules that lie, for the compiler, at the project's root. */
function typeErrors(modules: readonly (readonly [name: string, text: string])[]): string[] {
  const options: ts.CompilerOptions = {
    ...{ strict: true, noEmit: true, skipLibCheck: true, types: ["node"] },
    ...{ target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.Node16 },
  };
  const texts = new Map(modules.map(([name, text]) => [path.join(PROJECT, `${name}.snippet.ts`), text]));
  const disk = ts.createCompilerHost(options);
  const host: ts.CompilerHost = {
    ...disk,
    fileExists: (file) => texts.has(file) || disk.fileExists(file),
    readFile: (file) => texts.get(file) ?? disk.readFile(file),
    getSourceFile: (file, version, ...rest) => {
      const text = texts.get(file);
      return text === undefined
        ? disk.getSourceFile(file, version, ...rest)
        : ts.createSourceFile(file, text, version);
    },
  };
  const program = ts.createProgram([...texts.keys()], options, host);
  return ts
    .getPreEmitDiagnostics(program)
    .map(
      ({ file, messageText }) =>
        `${file?.fileName ?? ""}: ${ts.flattenDiagnosticMessageText(messageText, " ")}`,
    );
}

test("the Pulumi snippets have the types of the clouds' own packages", () => {
  const [aws, ...others] = snippetsOf("Pulumi TypeScript");
  const [name, text] = aws!;
  // One program, as the types take seconds to load: the wrong one shows that they were.
  const errors = typeErrors([[name, text], ...others, ["wrong", text.replace("ami:", "image:")]]);
  expect(errors).toEqual([expect.stringMatching(/wrong\.snippet\.ts: .*'image' does not exist/)]);
});

testWith(["terraform"])("the Terraform snippets are as `terraform fmt` writes them", () => {
  for (const [name, text] of snippetsOf("Terraform")) {
    const { status, stdout } = spawnSync("terraform", ["fmt", "-"], { input: text, encoding: "utf8" });
    expect({ name, status, text: stdout.trimEnd() }).toEqual({ name, status: 0, text });
  }
});
