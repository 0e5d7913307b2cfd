import { UNKNOWN } from "../../../facts/engine";
import {
  PartialFailure,
  type ProviderPlugin,
  type ResourceHandler,
  diffInputs,
} from "../../../plugin/resource";
import { Engine, Kept } from "./engine";

const TYPE = "toy:index:Thing";

function toy(handler: Partial<ResourceHandler>, rest: Partial<ProviderPlugin> = {}): ProviderPlugin {
  const thing: ResourceHandler = {
    computed: ["size"],
    diff: (old, inputs) => diffInputs(old.inputs, inputs, { replaceOn: ["name"] }),
    create: async (inputs) => ({ id: "t-1", outputs: { ...inputs, size: 3 } }),
    read: async () => undefined,
    update: async (_id, old, inputs) => ({ ...old.outputs, ...inputs }),
    delete: async () => undefined,
    ...handler,
  };
  return { name: "toy", version: "1.0.0", resources: { [TYPE]: thing }, ...rest };
}

let engine: Engine | undefined;
const start = async (plugin: ProviderPlugin, config = {}) => (engine = await Engine.start(plugin, config));
afterEach(() => engine?.stop());

test("a preview of a create shows what only the cloud decides as unknown, and makes nothing", async () => {
  const create = jest.fn();
  const { outputs } = await (await start(toy({ create }))).create(TYPE, { name: "a" }, { preview: true });
  expect(outputs).toEqual({ name: "a", size: UNKNOWN });
  expect(create).not.toHaveBeenCalled();
});

test("a handler's own plan is what previews show", async () => {
  const plan: ResourceHandler["plan"] = (old, inputs) => ({ ...inputs, version: old ? 2 : UNKNOWN });
  const it = await start(toy({ plan }));
  expect((await it.create(TYPE, { name: "a" }, { preview: true })).outputs).toEqual({
    name: "a",
    version: UNKNOWN,
  });
  const old = { inputs: { name: "a" }, outputs: { name: "a", version: 1, gone: true } };
  expect(await it.update(TYPE, "t-1", old, { name: "a" }, { preview: true })).toEqual({
    name: "a",
    version: 2,
  });
});

test("an object that exists in part is kept, with the reasons", async () => {
  const create = async () => {
    throw new PartialFailure("t-9", { arrived: 4 }, ["the line broke"]);
  };
  const failed = await (await start(toy({ create }))).create(TYPE, {}).catch((error: unknown) => error);
  expect(failed).toBeInstanceOf(Kept);
  expect(failed).toMatchObject({ id: "t-9", outputs: { arrived: 4 }, reasons: ["the line broke"] });
});

test("an error that merely has an id is not taken for a partly made object", async () => {
  const create = async () => {
    throw Object.assign(new Error("refused"), { id: "not-an-object" });
  };
  const failed = await (await start(toy({ create }))).create(TYPE, {}).catch((error: unknown) => error);
  expect(failed).toBeInstanceOf(Error);
  expect(failed).not.toBeInstanceOf(Kept);
  expect((failed as Error).message).toBe("refused");
});

describe("diff", () => {
  const old = { inputs: { name: "a", tags: { x: "1" } }, outputs: {} };
  const cases = [
    { what: "nothing", news: { name: "a", tags: { x: "1" } }, detail: {}, replaces: [] },
    { what: "an update", news: { name: "a", tags: { x: "2" } }, detail: { tags: "update" }, replaces: [] },
    {
      what: "a replacement",
      news: { name: "b", tags: { x: "1" } },
      detail: { name: "update-replace" },
      replaces: ["name"],
    },
    { what: "a removal", news: { name: "a" }, detail: { tags: "delete" }, replaces: [] },
  ];
  test.each(cases)("$what", async ({ news, detail, replaces }) => {
    const seen = await (await start(toy({}))).diff(TYPE, "t-1", old, news);
    expect(seen).toMatchObject({
      detail,
      replaces,
      changes: Object.keys(detail).length > 0 ? "some" : "none",
    });
  });

  test("every change replaces what cannot be updated", async () => {
    const seen = await (await start(toy({ update: undefined }))).diff(TYPE, "t-1", old, { name: "a" });
    expect(seen).toMatchObject({ detail: { tags: "delete-replace" }, replaces: ["tags"] });
  });

  test("ignored properties are ignored with everything below them, and nothing else is", async () => {
    const diff: ResourceHandler["diff"] = () => ({
      changes: {
        "tags.Name": { kind: "update", replace: false },
        tagsAll: { kind: "update", replace: false },
      },
    });
    const seen = await (await start(toy({ diff }))).diff(TYPE, "t-1", old, {}, ["tags"]);
    expect(seen.detail).toEqual({ tagsAll: "update" });
  });
});

describe("provider config", () => {
  test("a changed region replaces the provider, a changed key updates it", async () => {
    const it = await start(toy({}, { configReplaces: ["region"] }));
    const old = { region: "eu-central-1", accessKey: "a" };
    expect(await it.diffConfig(old, { ...old })).toMatchObject({ changes: "none" });
    expect(await it.diffConfig(old, { ...old, accessKey: "b" })).toMatchObject({
      detail: { accessKey: "update" },
    });
    expect(await it.diffConfig(old, { ...old, region: "x" })).toMatchObject({ replaces: ["region"] });
  });

  test("nested settings arrive as values, not as JSON text; unknown ones do not arrive", async () => {
    const configure = jest.fn();
    await start(toy({}, { configure }), {
      endpoints: '[{"ec2":"http://x"}]',
      skip: "true",
      key: UNKNOWN,
      id: "12",
    });
    expect(configure).toHaveBeenCalledWith({ endpoints: [{ ec2: "http://x" }], skip: true, id: "12" });
  });

  test("a failure to configure is the engine's error", async () => {
    const configure = () => Promise.reject(new Error("no credentials"));
    await expect(Engine.start(toy({}, { configure }))).rejects.toThrow("no credentials");
  });
});

test("check is told the last inputs and a seed that a preview and its up share", async () => {
  const check = jest.fn().mockReturnValue({});
  await (await start(toy({ check }))).check(TYPE, "it", { a: 1 }, { a: 0 });
  const [inputs, call] = check.mock.calls[0] as [
    unknown,
    { oldInputs: unknown; randomSeed: Uint8Array; name: string },
  ];
  expect(inputs).toEqual({ a: 1 });
  expect(call).toMatchObject({ name: "it", oldInputs: { a: 0 } });
  expect(Buffer.from(call.randomSeed).toString("hex")).toBe("0123456789abcdef");
});

test("a type that is not served is refused by its name", async () => {
  const it = await start(toy({}));
  await expect(it.create("toy:index:Other", {})).rejects.toThrow(
    'toy has no resource type "toy:index:Other"',
  );
  await expect(it.invoke("toy:index:look")).rejects.toThrow('toy has no function "toy:index:look"');
});

test("an object that is gone is read as no object", async () => {
  expect(await (await start(toy({}))).read(TYPE, "t-1")).toBeUndefined();
});

test("cancel reaches a running create", async () => {
  let started: () => void = () => undefined;
  const running = new Promise<void>((resolve) => (started = resolve));
  const create: ResourceHandler["create"] = (_inputs, call) =>
    new Promise((_resolve, reject) => {
      call.signal.addEventListener("abort", () => reject(new PartialFailure("t-1", {}, ["cancelled"])));
      started();
    });
  const it = await start(toy({ create }));
  const made = it.create(TYPE, {}).catch((error: unknown) => error);
  await running;
  await it.cancel();
  expect(await made).toMatchObject({ id: "t-1", reasons: ["cancelled"] });
});
