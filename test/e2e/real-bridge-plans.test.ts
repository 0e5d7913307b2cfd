import path from "node:path";
import { describeWithBridge } from "./harness/bridge";
import { CHANGES, type NativeObject } from "./harness/native-changes";
import { PluginClient, type Plan, type Values } from "./harness/plugin-client";

const STAND_INS = path.join(__dirname, "../../rehearsal/bin");
/** There is no cloud behind these: a plan needs none. */
const ENV = {
  AWS_ACCESS_KEY_ID: "AKIAIOSFODNN7EXAMPLE",
  AWS_SECRET_ACCESS_KEY: "none",
  GOOGLE_OAUTH_ACCESS_TOKEN: "none",
};
const CONFIG: Record<string, Values> = {
  aws: { region: "eu-central-1", skipCredentialsValidation: "true", skipRequestingAccountId: "true" },
  gcp: { project: "p" },
};

/** The stand-in plugins must plan the same as the real bridge, change for change. */
describeWithBridge("the stand-in plugin and the real bridge", (plugins) => {
  const clients = new Map<string, PluginClient>();
  const client = ({ type }: NativeObject, folder: string) =>
    clients.get(path.join(folder, `pulumi-resource-${type.split(":")[0]}`))!;

  beforeAll(async () => {
    for (const folder of [STAND_INS, plugins]) {
      for (const cloud of Object.keys(CONFIG)) {
        const file = path.join(folder, `pulumi-resource-${cloud}`);
        const started = await PluginClient.start(file, ENV);
        clients.set(file, started);
        await started.configure(CONFIG[cloud]!);
      }
    }
  });
  afterAll(() => clients.forEach((one) => one.end()));

  test.each(
    CHANGES.map((change) => ({ ...change, name: `${change.of.type.split(":")[2]}: ${change.what}` })),
  )("plan the same of an $name", async ({ of: object, inputs, found }) => {
    const old = { ...object, outputs: without({ id: object.id, ...object.outputs, ...found }) };
    const ask = (folder: string): Promise<Plan> =>
      client(object, folder).plan(object.type, old, without({ ...object.inputs, ...inputs }));
    expect(await ask(STAND_INS)).toEqual(await ask(plugins));
  });
});

/** Properties that are `undefined` are removed. */
function without(values: Values): Values {
  return JSON.parse(JSON.stringify(values)) as Values;
}
