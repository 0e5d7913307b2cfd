import { readdirSync, readFileSync } from "node:fs";
import { builtinModules } from "node:module";
import { join } from "node:path";
import { subset } from "semver";
import { preProcessFile } from "typescript";

// Each package installs what it imports and nothing else: packages that only tests, tools or the rehearsal need are
// not dependencies of the product.

const ROOT = join(__dirname, "..", "..", "..");
/** Folders at the root that are not part of the product. */
const NOT_PRODUCT = [
  "node_modules",
  "rehearsal",
  "test",
  "tools",
  "bench",
  "docs",
  "images",
  "coverage",
  "dist",
];
/** Packages installed for another reason than an import. */
const NOT_IMPORTED: Readonly<Record<string, string>> = {
  "@swc/core": "peer dependency of @swc/jest",
  "@swc/jest": "named in jest.config.js",
  "@types/google-protobuf": "types",
  "@types/jest": "types",
  "@types/node": "types",
  "@types/semver": "types",
  "@pulumi/openstack": "types, which the catalogue's snippets are checked with",
  "axe-core": "read as a file, into the page that it judges",
  ajv: "optional peer of @cyclonedx/cyclonedx-library, which validates with it",
  "ajv-formats": "optional peer of @cyclonedx/cyclonedx-library, which validates with it",
  "ajv-formats-draft2019": "optional peer of @cyclonedx/cyclonedx-library, which validates with it",
  eslint: "run by tools/test.js",
  jest: "run by tools/test.js",
};

interface Manifest {
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>;
  readonly engines: { readonly node: string };
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

const product = manifest("package.json");
const rehearsal = manifest("rehearsal/package.json");
const folders = readdirSync(ROOT, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && !entry.name.startsWith("."))
  .map(({ name }) => name);

/** Loaded in a checkout alone: what a package holds is compiled. */
const CHECKOUT_ONLY = "tsx";

test("the product's dependencies are what the product imports, but for the clouds' resource classes: optional peers", () => {
  const imported = importsOf(folders.filter((name) => !NOT_PRODUCT.includes(name)));
  const { dependencies, peerDependencies: peers = {}, peerDependenciesMeta: meta = {} } = product;
  expect([...Object.keys(dependencies), ...Object.keys(peers), CHECKOUT_ONLY].sort()).toEqual(imported);
  expect(Object.keys(peers)).toEqual(["@pulumi/aws", "@pulumi/azure-native", "@pulumi/gcp"]);
  for (const [name, range] of Object.entries(peers)) {
    expect(meta[name]).toEqual({ optional: true });
    expect(`${name} ${range}`).toBe(`${name} ^${product.devDependencies?.[name]}`);
  }
});

test("the rehearsal's dependencies are what the rehearsal imports", () => {
  const imported = importsOf(["rehearsal"]).filter((name) => name !== CHECKOUT_ONLY);
  expect(Object.keys(rehearsal.dependencies).sort()).toEqual(imported);
});

test("every package that tests, tools and settings import is one of the project's own", () => {
  const installed = { ...product.devDependencies, ...product.dependencies };
  const imported = importsOf(["test", "tools", "bench", "."]);
  expect(imported.filter((name) => !(name in installed))).toEqual([]);
  const known = [...imported, ...Object.keys(product.peerDependencies!), CHECKOUT_ONLY];
  const unused = Object.keys(product.devDependencies!).filter(
    (name) => !known.includes(name) && !(name in NOT_IMPORTED),
  );
  expect(unused).toEqual([]);
});

test("a package that both import has one version", () => {
  const installed = { ...product.devDependencies, ...product.dependencies };
  for (const [name, version] of Object.entries(rehearsal.dependencies)) {
    expect(`${name} ${installed[name] ?? version}`).toBe(`${name} ${version}`);
  }
});

test("every installed package takes each Node that the manifests promise", () => {
  const promised = product.engines.node;
  const { packages } = JSON.parse(readFileSync(join(ROOT, "package-lock.json"), "utf8")) as {
    packages: Record<string, { engines?: { node?: string } }>;
  };
  const refusing = Object.entries(packages).flatMap(([name, { engines }]) =>
    engines?.node === undefined || subset(promised, engines.node) ? [] : [`${name}: ${engines.node}`],
  );
  expect(refusing).toEqual([]);
  expect(rehearsal.engines.node).toBe(promised);
});

function manifest(path: string): Manifest {
  return JSON.parse(readFileSync(join(ROOT, path), "utf8")) as Manifest;
}

/** The packages that the TypeScript and JavaScript files of these folders import, by name, sorted. */
function importsOf(names: readonly string[]): readonly string[] {
  const packages = names.flatMap(sources).flatMap((file) => {
    const text = readFileSync(join(ROOT, file), "utf8");
    const { importedFiles } = preProcessFile(text, true, true);
    const rendersWith = file.endsWith(".tsx") ? /@jsxImportSource (\S+)/.exec(text)?.[1] : undefined;
    return [...importedFiles.map(({ fileName }) => fileName), rendersWith ?? []].flat().map(packageOf);
  });
  return [...new Set(packages.filter((name) => name !== undefined))].sort();
}

/** Source files in a folder and all below it; for the root, only the files directly in it. */
function sources(folder: string): readonly string[] {
  return readdirSync(join(ROOT, folder), { recursive: folder !== ".", encoding: "utf8" })
    .filter((name) => /\.(ts|tsx|js)$/.test(name) && !/(^|\/)(node_modules|dist)\//.test(name))
    .map((name) => join(folder, name));
}

function packageOf(specifier: string): string | undefined {
  if (specifier.startsWith(".") || specifier.startsWith("node:") || builtinModules.includes(specifier))
    return undefined;
  return specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");
}
