/** Plays the engine's side of the plugin protocol, so that a plugin is tested through its real calls. */
import * as grpc from "@grpc/grpc-js";
import * as emptyPb from "google-protobuf/google/protobuf/empty_pb";
import * as structPb from "google-protobuf/google/protobuf/struct_pb";
import * as providerPb from "@pulumi/pulumi/proto/provider_pb";
import * as statusPb from "@pulumi/pulumi/proto/status_pb";
import type { Properties, ProviderPlugin, State } from "../../../plugin/resource";
import { listen } from "../../../plugin/server";

// The generated client ships without usable type declarations for its value.
// eslint-disable-next-line @typescript-eslint/no-require-imports
const { ResourceProviderClient } = require("@pulumi/pulumi/proto/provider_grpc_pb") as {
  ResourceProviderClient: new (
    address: string,
    credentials: grpc.ChannelCredentials,
  ) => Methods & { close(): void };
};
type Methods = Record<string, (request: unknown, done: (error: unknown, answer: unknown) => void) => void>;

/** A create or update that failed, but left an object behind. */
export class Kept extends Error {
  constructor(
    message: string,
    readonly id: string,
    readonly outputs: Properties,
    readonly reasons: string[],
  ) {
    super(message);
  }
}

/** A created resource. */
export interface Up extends State {
  id: string;
}

interface SeenDiff {
  changes: "none" | "some";
  /** Property path to `update`, `add-replace` and so on. */
  detail: Record<string, string>;
  replaces: string[];
  deleteBeforeReplace: boolean;
}

/** One plugin, served and configured. */
export class Engine {
  private constructor(
    private readonly client: Methods & { close(): void },
    private readonly server: { stop(): void },
  ) {}

  static async start(plugin: ProviderPlugin, config: Properties = {}): Promise<Engine> {
    const server = await listen(plugin);
    const client = new ResourceProviderClient(`127.0.0.1:${server.port}`, grpc.credentials.createInsecure());
    const engine = new Engine(client, server);
    const request = new providerPb.ConfigureRequest();
    request.setArgs(struct(config));
    try {
      await engine.call("configure", request);
    } catch (error) {
      engine.stop();
      throw error;
    }
    return engine;
  }

  stop(): void {
    this.client.close();
    this.server.stop();
  }

  async check(type: string, name: string, news: Properties, olds: Properties = {}) {
    const request = new providerPb.CheckRequest();
    request.setUrn(urnOf(type, name));
    request.setNews(struct(news));
    request.setOlds(struct(olds));
    request.setRandomseed(Buffer.from("0123456789abcdef", "hex"));
    const answer = await this.call<providerPb.CheckResponse>("check", request);
    return {
      inputs: plain(answer.getInputs()),
      failures: answer.getFailuresList().map((one) => `${one.getProperty()}: ${one.getReason()}`),
    };
  }

  /** As `pulumi up` does with a new resource: check, then create. */
  async up(type: string, given: Properties): Promise<Up> {
    const { inputs, failures } = await this.check(type, "it", given);
    expect(failures).toEqual([]);
    return { inputs, ...(await this.create(type, inputs)) };
  }

  /** As the engine does when nothing was changed: refresh, then preview. */
  async expectSettled(type: string, { id, inputs, outputs }: Up): Promise<void> {
    expect(await this.read(type, id, { inputs, outputs })).toEqual({ id, inputs, outputs });
    expect((await this.diff(type, id, { inputs, outputs }, inputs)).detail).toEqual({});
  }

  async checkConfig(news: Properties): Promise<string[]> {
    const request = new providerPb.CheckRequest();
    request.setNews(struct(news));
    const answer = await this.call<providerPb.CheckResponse>("checkConfig", request);
    return answer.getFailuresList().map((one) => `${one.getProperty()}: ${one.getReason()}`);
  }

  async diff(
    type: string,
    id: string,
    old: State,
    news: Properties,
    ignored: string[] = [],
  ): Promise<SeenDiff> {
    const request = new providerPb.DiffRequest();
    request.setId(id);
    request.setUrn(urnOf(type, "it"));
    request.setOlds(struct(old.outputs));
    request.setOldInputs(struct(old.inputs));
    request.setNews(struct(news));
    request.setIgnorechangesList(ignored);
    return seen(await this.call<providerPb.DiffResponse>("diff", request));
  }

  async diffConfig(olds: Properties, news: Properties): Promise<SeenDiff> {
    const request = new providerPb.DiffRequest();
    request.setOldInputs(struct(olds));
    request.setOlds(struct(olds));
    request.setNews(struct(news));
    return seen(await this.call<providerPb.DiffResponse>("diffConfig", request));
  }

  async create(type: string, inputs: Properties, { preview = false, timeout = 0 } = {}) {
    const request = new providerPb.CreateRequest();
    request.setUrn(urnOf(type, "it"));
    request.setProperties(struct(inputs));
    request.setPreview(preview);
    request.setTimeout(timeout);
    const answer = await this.call<providerPb.CreateResponse>("create", request);
    return { id: answer.getId(), outputs: plain(answer.getProperties()) };
  }

  async update(
    type: string,
    id: string,
    old: State,
    news: Properties,
    { preview = false, ignoreChanges = [] as string[] } = {},
  ): Promise<Properties> {
    const request = new providerPb.UpdateRequest();
    request.setIgnorechangesList(ignoreChanges);
    request.setId(id);
    request.setUrn(urnOf(type, "it"));
    request.setOlds(struct(old.outputs));
    request.setOldInputs(struct(old.inputs));
    request.setNews(struct(news));
    request.setPreview(preview);
    const answer = await this.call<providerPb.UpdateResponse>("update", request);
    return plain(answer.getProperties());
  }

  async read(type: string, id: string, old: State = { inputs: {}, outputs: {} }) {
    const request = new providerPb.ReadRequest();
    request.setId(id);
    request.setUrn(urnOf(type, "it"));
    request.setInputs(struct(old.inputs));
    request.setProperties(struct(old.outputs));
    const answer = await this.call<providerPb.ReadResponse>("read", request);
    const found = {
      id: answer.getId(),
      inputs: plain(answer.getInputs()),
      outputs: plain(answer.getProperties()),
    };
    return found.id === "" ? undefined : found;
  }

  async delete(type: string, id: string, old: State): Promise<void> {
    const request = new providerPb.DeleteRequest();
    request.setId(id);
    request.setUrn(urnOf(type, "it"));
    request.setProperties(struct(old.outputs));
    request.setOldInputs(struct(old.inputs));
    await this.call("delete", request);
  }

  async invoke(token: string, args: Properties = {}): Promise<Properties> {
    const request = new providerPb.InvokeRequest();
    request.setTok(token);
    request.setArgs(struct(args));
    return plain((await this.call<providerPb.InvokeResponse>("invoke", request)).getReturn());
  }

  async cancel(): Promise<void> {
    await this.call("cancel", new emptyPb.Empty());
  }

  private call<A>(method: string, request: unknown): Promise<A> {
    return new Promise((resolve, reject) =>
      this.client[method]!(request, (error, answer) =>
        error ? reject(failure(error)) : resolve(answer as A),
      ),
    );
  }
}

function urnOf(type: string, name: string): string {
  return `urn:pulumi:test::imprimatur::${type}::${name}`;
}

function struct(value: Properties): structPb.Struct {
  return structPb.Struct.fromJavaScript(
    JSON.parse(JSON.stringify(value)) as Record<string, structPb.JavaScriptValue>,
  );
}

function plain(value: structPb.Struct | undefined): Properties {
  return value?.toJavaScript() ?? {};
}

function seen(answer: providerPb.DiffResponse): SeenDiff {
  const kinds = Object.entries(providerPb.PropertyDiff.Kind);
  const detail = answer
    .getDetaileddiffMap()
    .getEntryList()
    .map(([path]) => {
      const kind = answer.getDetaileddiffMap().get(path)?.getKind();
      const name = kinds.find(([, number]) => number === kind)?.[0] ?? "";
      return [path, name.toLowerCase().replace("_", "-")] as const;
    });
  const none = answer.getChanges() === providerPb.DiffResponse.DiffChanges.DIFF_NONE;
  return {
    changes: none ? "none" : "some",
    detail: Object.fromEntries(detail),
    replaces: answer.getReplacesList(),
    deleteBeforeReplace: answer.getDeletebeforereplace(),
  };
}

/** Reads the partial state from an error, in the place where the engine looks for it. */
function failure(error: unknown): Error {
  const { details, metadata } = error as grpc.ServiceError;
  const [packed] = metadata?.get("grpc-status-details-bin") ?? [];
  if (!(packed instanceof Buffer)) return new Error(details);
  const [any] = statusPb.Status.deserializeBinary(packed).getDetailsList();
  const kept = any?.unpack(
    (bytes: Uint8Array) => providerPb.ErrorResourceInitFailed.deserializeBinary(bytes),
    "pulumirpc.ErrorResourceInitFailed",
  );
  return kept
    ? new Kept(details, kept.getId(), plain(kept.getProperties()), kept.getReasonsList())
    : new Error(details);
}
