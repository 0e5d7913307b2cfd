import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { AWS_PERMISSIONS, AWS_WITHOUT_PERMISSION } from "../../../clouds/aws/permissions";
import { AZURE_PERMISSIONS } from "../../../clouds/azure/permissions";
import { GOOGLE_PERMISSIONS } from "../../../clouds/gcp/permissions";
import type { Permission } from "../../../clouds/permissions";

const ROOT = path.join(__dirname, "../../..");

/** Text of all TypeScript below a folder, except its table of permissions. */
function textOf(folder: string): string {
  return readdirSync(path.join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts") && file !== "permissions.ts")
    .map((file) => readFileSync(path.join(ROOT, folder, file), "utf8"))
    .join("\n");
}

const callsOf = (table: readonly Permission[]) => new Set(table.flatMap(({ calls }) => calls));
const sorted = (names: Iterable<string>) => [...new Set(names)].sort();
const isNative = (call: string) => call.includes(".");

/** Classes of Pulumi's own providers that the components import, e.g. `aws.ec2.Ami`. */
function nativeTypes(cloud: string): string[] {
  const imports = /import \{([^}]*)\} from "@pulumi\/(aws|gcp|azure-native)\/([\w/]+)"/g;
  return sorted(
    [...textOf(`components/${cloud}`).matchAll(imports)].flatMap(([, names = "", provider, module]) =>
      names
        .split(",")
        .map((name) => name.trim())
        .filter((name) => /^[A-Z]/.test(name) && name !== "Provider")
        .map((name) => `${provider}.${String(module).split("/")[0]}.${name}`),
    ),
  );
}

describe("AWS", () => {
  const calls = callsOf(AWS_PERMISSIONS);
  const code = textOf("clouds/aws");
  const commands = sorted(
    [
      ...code.matchAll(
        /new ([A-Z]\w+)Command\(|\bpaginate([A-Z]\w+)\(|Action: "([A-Z]\w+)"|"x-amz-target": "\w+\.(\w+)"/g,
      ),
    ].map(([, command, paged, action, target]) => command ?? paged ?? action ?? target ?? ""),
  );

  test("every call of the client code has its permission, and none is there for nothing", () => {
    const named = sorted([...calls].filter((call) => !isNative(call)).concat(AWS_WITHOUT_PERMISSION));
    expect(named).toEqual(commands);
  });

  test("every native resource has its permissions, with all that the stand-in's plugin calls for it", () => {
    expect(sorted([...calls].filter(isNative))).toEqual(nativeTypes("aws"));
    const files = ["ami", "ami-copy", "image", "tags"].map((name) => `rehearsal/plugins/aws/${name}.ts`);
    const plugin = files.map((file) => readFileSync(path.join(ROOT, file), "utf8")).join("\n");
    const sent = [...plugin.matchAll(/new (\w+)Command\(/g)].map(([, name]) => name ?? "");
    const names = AWS_PERMISSIONS.filter((one) => one.calls.some(isNative)).map(
      ({ name }) => name.split(":")[1],
    );
    expect(sorted(sent.filter((name) => !names.includes(name)))).toEqual([]);
  });
});

describe("Google Cloud", () => {
  const calls = callsOf(GOOGLE_PERMISSIONS);

  test("every method of the client code has its permission, and none is there for nothing", () => {
    // Calls are named as in Google's reference, with their object: `images.get project/name`.
    const named =
      /[`"]((?:images|objects|buckets|regions|operations|policies|licenses)\.[a-zA-Z]+|projects\.get|getPublicKey|asymmetricSign)[ "`]/g;
    const sent = [...textOf("clouds/gcp").matchAll(named)].map(([, method]) => method ?? "");
    // Uploads have descriptive names: their methods are parts of objects.insert.
    expect(sorted([...calls].filter((call) => !isNative(call) || !call.startsWith("gcp.")))).toEqual(
      sorted([...sent, "objects.insert"]),
    );
  });

  test("every native resource has its permissions", () => {
    expect(sorted([...calls].filter((call) => call.startsWith("gcp.")))).toEqual(nativeTypes("gcp"));
  });
});

describe("Azure", () => {
  const calls = callsOf(AZURE_PERMISSIONS);
  const code = textOf("clouds/azure");

  test("every native resource has its permissions", () => {
    expect(sorted([...calls].filter((call) => call.startsWith("azure-native.")))).toEqual(
      nativeTypes("azure"),
    );
  });

  test("every action that is no read or write is sent by the client code, and each that it sends has a permission", () => {
    const sent = [
      ...code.matchAll(/armUrl\(`\$\{\w+\}\/(beginGetAccess|endGetAccess|share|[a-z]+[A-Z]\w+)`/g),
    ];
    const actions = AZURE_PERMISSIONS.flatMap(({ name }) => /\/(\w+)\/action$/.exec(name)?.[1] ?? []);
    expect(sorted(actions)).toEqual(sorted(sent.map(([, action]) => action ?? "")));
  });
});
