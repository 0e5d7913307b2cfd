import { existsSync, readdirSync, readFileSync } from "node:fs";
import { currentAccessIn } from "../../../config/access";
import { CLOUD_CONFIGS } from "../../../config/clouds";
import { parseStackConfig } from "../../../config/parse";
import { closeOnClouds, reportOn, resourcesOf, wantedClosings } from "../../../components/closings";
import { ledgerOf } from "../../../components/lifecycle";
import { openClouds } from "../../../components/open";
import { planStack } from "../../../components/plan";
import { Release } from "../../../components/release";
import type { Step } from "../../../plan/preview";
import { publicationOf } from "../../../plan/publication";
import { describeStatement, nameCloud } from "../../../plan/wording";
import type { Call, State } from "../../../plugin/resource";
import { plugin } from "../../../provider/main";
import { Lifecycle } from "../../../resources/lifecycle";
import { build } from "../components/builds";
import { type Registration, registrationsOf } from "../components/registrations";
import { MEMORY } from "./memory";

// The lines that CONTRIBUTING.md asks for, and nothing else.
function withToy<T extends object>(file: string, table: keyof T, toy: unknown): T {
  const actual = jest.requireActual<T>(file);
  return { ...actual, [table]: { ...actual[table], toy } };
}
jest.mock("../../../facts/cloud-labels", () =>
  withToy<typeof import("../../../facts/cloud-labels")>(
    "../../../facts/cloud-labels",
    "CLOUD_LABELS",
    "Toy Cloud",
  ),
);
jest.mock("../../../config/clouds", () =>
  withToy<typeof import("../../../config/clouds")>(
    "../../../config/clouds",
    "CLOUD_CONFIGS",
    jest.requireActual<typeof import("./config")>("./config").toyConfig,
  ),
);
jest.mock("../../../components/clouds", () =>
  withToy<typeof import("../../../components/clouds")>(
    "../../../components/clouds",
    "CLOUD_COMPONENTS",
    jest.requireActual<typeof import("./components")>("./components").toyComponents,
  ),
);
jest.mock("../../../plan/clouds", () =>
  withToy<typeof import("../../../plan/clouds")>(
    "../../../plan/clouds",
    "CLOUD_STATEMENTS",
    jest.requireActual<typeof import("./handlers")>("./handlers").toyStatements,
  ),
);
jest.mock("../../../provider/clouds", () =>
  withToy<typeof import("../../../provider/clouds")>(
    "../../../provider/clouds",
    "CLOUD_HANDLERS",
    jest.requireActual<typeof import("./handlers")>("./handlers").toyHandlers,
  ),
);

const VERSION = "20261120.0";
const IMAGE = `demo-${VERSION}-x86_64`;

interface Kept {
  readonly registration: Registration;
  readonly id: string;
  readonly outputs: Record<string, unknown>;
}

/** A stack's life with an engine of a few lines: what is registered is made, and what is not any more is deleted. */
class Stack {
  private state = new Map<string, Kept>();

  async up(toy: object, state?: "published" | "withdrawn"): Promise<string[]> {
    const builds = state === undefined ? [] : [build({ version: VERSION, state })];
    const registrations = await this.program(toy, builds);
    const said = this.plan(registrations);
    await this.apply(registrations);
    return said;
  }

  private async program(toy: object, builds: ReturnType<typeof build>[]): Promise<Registration[]> {
    const { config, problems } = parsed({ toy, releases: builds.map(({ release }) => release) });
    if (config === undefined) throw new Error(JSON.stringify(problems));
    const plan = planStack(config, { stack: "test", builds });
    const have = currentAccessIn(
      [...this.state.values()].map(({ registration: { type, name }, outputs }) => ({ type, name, outputs })),
      CLOUD_CONFIGS,
    );
    const { registrations } = await registrationsOf(() => {
      const args = { releases: ledgerOf(plan), allow: [], have, closings: wantedClosings(plan) };
      const guard = new Lifecycle("demo", args);
      const closings = closeOnClouds(plan, [guard], guard);
      const clouds = openClouds(plan, { after: [guard, ...resourcesOf(closings)], closings, guard });
      for (const one of builds)
        new Release(`demo-${one.release.version}`, { ...one, product: config.product, clouds });
      for (const cloud of clouds) cloud.finish?.();
      reportOn("demo", closings, []);
      return { outputs: {} };
    });
    return registrations;
  }

  /** Lines of `imprimatur plan`. */
  private plan(registrations: readonly Registration[]): string[] {
    const was = this.state;
    const keys = new Set(registrations.map(keyOf));
    const steps = [
      ...registrations.map((now) => stepOf(was.get(keyOf(now))?.registration, now)),
      ...[...was].filter(([key]) => !keys.has(key)).map(([, { registration }]) => stepOf(registration)),
    ].filter(({ op }) => op !== "same");
    const count = (wanted: string) => steps.filter(({ op }) => op === wanted).length;
    const preview = {
      steps,
      counts: {
        ...{ create: count("create"), update: count("update"), delete: count("delete") },
        ...{ replace: 0, same: 0 },
      },
      ...{ problems: [], warnings: [], config: {} },
    };
    return publicationOf(preview, "test", []).statements.map(
      (statement) => `${nameCloud(statement.cloud) || "-"}: ${describeStatement(statement)}`,
    );
  }

  private async apply(registrations: readonly Registration[]): Promise<void> {
    const next = new Map<string, Kept>();
    for (const registration of registrations) {
      const { type, name, inputs } = registration;
      const handler = type.startsWith("imprimatur:toy:") ? plugin.resources[type] : undefined;
      const before = this.state.get(keyOf(registration));
      const old: State | undefined = before && {
        inputs: before.registration.inputs,
        outputs: before.outputs,
      };
      const made =
        handler === undefined
          ? { id: name, outputs: inputs }
          : before && old
            ? { id: before.id, outputs: (await handler.update?.(before.id, old, inputs, call(name))) ?? {} }
            : await handler.create(inputs, call(name));
      next.set(keyOf(registration), { registration, ...made });
    }
    for (const [key, { registration, id, outputs }] of this.state) {
      const { type, name, inputs } = registration;
      if (!next.has(key) && type.startsWith("imprimatur:toy:"))
        await plugin.resources[type]?.delete(id, { inputs, outputs }, call(name));
    }
    this.state = next;
  }
}

function parsed(values: Record<string, unknown>) {
  return parseStackConfig({
    product: { name: "demo", publisher: "Imprimatur", provenance: "official" },
    checks: { input: "optional", policy: "optional", record: "optional" },
    ...values,
  });
}

const GUARD = "imprimatur:index:Lifecycle";

const keyOf = ({ type, name }: Registration) => `${type} ${name}`;

function stepOf(old: Registration | undefined, now?: Registration): Step {
  const { type, name } = now ?? old ?? { type: "", name: "" };
  // Of the guard's inputs, what it has read is no change by itself.
  const wanted = (registration?: Registration) =>
    JSON.stringify(type === GUARD ? registration?.inputs.releases : registration?.inputs);
  const isSame = wanted(old) === wanted(now);
  return {
    op: now === undefined ? "delete" : old === undefined ? "create" : isSame ? "same" : "update",
    ...{ urn: `urn:pulumi:test::imprimatur::${type}::${name}`, type, name },
    ...(old && { old: old.inputs, kept: old.inputs }),
    ...(now && { now: now.inputs }),
    ...{ changed: isSame ? [] : ["inputs"], resumes: false },
  };
}

function call(name: string): Call {
  const urn = `urn:pulumi:test::imprimatur::toy::${name}`;
  return {
    ...{ urn, name, signal: new AbortController().signal, timeoutSeconds: 0 },
    ...{ log: () => undefined, status: () => undefined },
  };
}

test("a release is published to a cloud that only the tables name, and taken away", async () => {
  const stack = new Stack();
  const toy = { zone: "north", users: ["public"] };

  expect(await stack.up(toy, "published")).toEqual(
    expect.arrayContaining([
      "Toy Cloud: registers 1 toy image for x86_64",
      "Toy Cloud: becomes public in north",
    ]),
  );
  expect(MEMORY.get(IMAGE)).toEqual({ sha256: "a".repeat(64), users: ["public"] });

  expect(await stack.up(toy, "published")).toEqual([]);

  expect(await stack.up(toy, "withdrawn")).toContain("Toy Cloud: is taken from everyone in north");
  expect(MEMORY.get(IMAGE)?.users).toEqual([]);

  expect(await stack.up(toy)).toContain("-: is deleted everywhere");
  expect(MEMORY.size).toBe(0);
});

test("its section is checked like any other, and only if it is there", () => {
  const releases = [{ version: VERSION, state: "published", imageFile: "images/demo.json" }];
  const said = (toy: unknown, publisher = "Imprimatur") =>
    parsed({ releases, toy, product: { name: "demo", publisher, provenance: "official" } }).problems?.map(
      ({ path }) => path.join("."),
    );
  expect(said({ zone: "east" })).toEqual(["toy.zone"]);
  expect(said({ zone: "south", user: [] })).toEqual(["toy.user"]);
  expect(said({ zone: "south" }, "A publisher of many letters")).toEqual(["toy.zone"]);
  expect(said({ zone: "south" })).toBeUndefined();
  expect(said(undefined)).toBeUndefined();
});

test("CONTRIBUTING.md names each table of clouds", () => {
  const page = readFileSync("CONTRIBUTING.md", "utf8");
  const rooms = readdirSync(".").filter((room) => room !== "facts" && existsSync(`${room}/clouds.ts`));
  expect(rooms).toContain("catalogue");
  for (const room of [...rooms, "tools/generate/permissions"])
    expect(page).toContain(`\`${room}/clouds.ts\``);
  expect(page).toContain("facts/cloud-labels.ts");
});
