/**
 * Serves a {@link ProviderPlugin} to the Pulumi engine over gRPC.
 *
 * Why not `@pulumi/pulumi/provider`'s `main`: it has no provider config, no detailed diff, no previewed outputs and no
 * timeouts, and it takes any error with an `id` field for a partly created resource. See docs/provider.md.
 */
import * as grpc from "@grpc/grpc-js";
import * as anyPb from "google-protobuf/google/protobuf/any_pb";
import * as emptyPb from "google-protobuf/google/protobuf/empty_pb";
import * as structPb from "google-protobuf/google/protobuf/struct_pb";
import * as enginePb from "@pulumi/pulumi/proto/engine_pb";
import * as pluginPb from "@pulumi/pulumi/proto/plugin_pb";
import * as providerPb from "@pulumi/pulumi/proto/provider_pb";
import * as statusPb from "@pulumi/pulumi/proto/status_pb";

import {
  type Call,
  type CheckFailure,
  type Diff,
  diffInputs,
  PartialFailure,
  type Properties,
  type ProviderPlugin,
  type ResourceHandler,
  UNKNOWN,
} from "./resource";

// The generated service definitions ship without usable type declarations for their values.
/* eslint-disable @typescript-eslint/no-require-imports */
const { ResourceProviderService } = require("@pulumi/pulumi/proto/provider_grpc_pb") as {
  ResourceProviderService: grpc.ServiceDefinition;
};
const { EngineClient } = require("@pulumi/pulumi/proto/engine_grpc_pb") as {
  EngineClient: new (address: string, credentials: grpc.ChannelCredentials, options: object) => EngineLog;
};
/* eslint-enable */

interface EngineLog {
  log(request: enginePb.LogRequest, callback: (error: grpc.ServiceError | null) => void): void;
}

/** 400 MB, the engine's own limit for one message. */
const MESSAGE_LIMIT = 400 * 1024 * 1024;
const CHANNEL = {
  "grpc.max_receive_message_length": MESSAGE_LIMIT,
  "grpc.max_send_message_length": MESSAGE_LIMIT,
};

type Unary<Q, A> = (call: { request: Q }, reply: (error: unknown, answer?: A) => void) => void;

/** Starts serving and prints the port, which is how the engine finds the plugin. Never resolves into a shutdown. */
export async function servePlugin(plugin: ProviderPlugin, args = process.argv.slice(2)): Promise<void> {
  const { port } = await listen(
    plugin,
    args.find((arg) => /^\S+:\d+$/.test(arg)),
  );
  process.stdout.write(`${port}\n`);
}

/** Serves `plugin` on a free port of this machine; `engineAddress` is where its log lines go. */
export async function listen(
  plugin: ProviderPlugin,
  engineAddress?: string,
): Promise<{ port: number; stop(): void }> {
  const server = new grpc.Server(CHANNEL);
  server.addService(ResourceProviderService, implementation(plugin, engineAddress));
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    ),
  );
  return { port, stop: () => server.forceShutdown() };
}

function implementation(
  plugin: ProviderPlugin,
  address: string | undefined,
): grpc.UntypedServiceImplementation {
  const stopping = new AbortController();
  let engine: EngineLog | undefined;
  const connect = (to: string) => {
    engine = new EngineClient(to, grpc.credentials.createInsecure(), CHANNEL);
  };
  if (address) connect(address);

  const send = (urn: string, severity: 0 | 1 | 2 | 3, message: string, ephemeral: boolean) => {
    const request = new enginePb.LogRequest();
    request.setSeverity(severity);
    request.setMessage(message);
    request.setUrn(urn);
    request.setStreamid(0);
    request.setEphemeral(ephemeral);
    // A log line that cannot be delivered is not worth failing a publication for.
    engine?.log(request, () => undefined);
  };
  const severities = { debug: 0, info: 1, warning: 2, error: 3 } as const;
  const callFor = (urn: string, timeoutSeconds: number): Call => ({
    urn,
    name: urn.split("::").at(-1) ?? urn,
    signal: stopping.signal,
    timeoutSeconds,
    log: (severity, message) => send(urn, severities[severity], message, false),
    status: (message) => send(urn, severities.info, message, true),
  });

  const handlerOf = (urn: string): ResourceHandler => {
    const type = urn.split("::")[2]?.split("$").at(-1) ?? "";
    const handler = plugin.resources[type];
    if (!handler) throw new Error(`${plugin.name} has no resource type "${type}" (${urn})`);
    return handler;
  };

  const service: grpc.UntypedServiceImplementation = {};
  const unary = <Q, A>(name: string, body: (request: Q) => A | Promise<A>) => {
    const call: Unary<Q, A> = ({ request }, reply) => {
      Promise.resolve()
        .then(() => body(request))
        .then(
          (answer) => reply(null, answer),
          (error: unknown) => reply(asStatus(error)),
        );
    };
    service[name] = call as unknown as grpc.UntypedHandleCall;
  };
  const unsupported = (name: string) =>
    unary(name, () =>
      Promise.reject(new Refusal(grpc.status.UNIMPLEMENTED, `${plugin.name} does not serve ${name}`)),
    );

  unary("cancel", () => {
    stopping.abort();
    return new emptyPb.Empty();
  });
  unary<pluginPb.PluginAttach, emptyPb.Empty>("attach", (request) => {
    connect(request.getAddress());
    return new emptyPb.Empty();
  });
  unary("getPluginInfo", () => {
    const info = new pluginPb.PluginInfo();
    info.setVersion(plugin.version);
    return info;
  });
  unary("getSchema", () => {
    const response = new providerPb.GetSchemaResponse();
    response.setSchema(JSON.stringify({ name: plugin.name, version: plugin.version }));
    return response;
  });

  unary<providerPb.CheckRequest, providerPb.CheckResponse>("checkConfig", (request) => {
    const news = fromStruct(request.getNews());
    return checkResponse(news, plugin.checkConfig?.(parseConfig(news)) ?? []);
  });
  unary<providerPb.DiffRequest, providerPb.DiffResponse>("diffConfig", (request) => {
    const old = fromStruct(request.getOldInputs() ?? request.getOlds());
    const { changes } = diffInputs(old, fromStruct(request.getNews()), {
      replaceOn: plugin.configReplaces ?? [],
    });
    return diffResponse({ changes }, request.getIgnorechangesList(), false);
  });
  unary<providerPb.ConfigureRequest, providerPb.ConfigureResponse>("configure", async (request) => {
    await plugin.configure?.(parseConfig(fromStruct(request.getArgs())));
    const response = new providerPb.ConfigureResponse();
    response.setSupportspreview(true);
    response.setAcceptsecrets(false);
    response.setAcceptresources(false);
    response.setAcceptoutputs(false);
    return response;
  });

  unary<providerPb.InvokeRequest, providerPb.InvokeResponse>("invoke", async (request) => {
    const run = plugin.functions?.[request.getTok()];
    if (!run) throw new Error(`${plugin.name} has no function "${request.getTok()}"`);
    const response = new providerPb.InvokeResponse();
    response.setReturn(toStruct(await run(fromStruct(request.getArgs()))));
    return response;
  });

  unary<providerPb.CheckRequest, providerPb.CheckResponse>("check", (request) => {
    const news = fromStruct(request.getNews());
    const result = handlerOf(request.getUrn()).check?.(news, {
      ...callFor(request.getUrn(), 0),
      oldInputs: fromStruct(request.getOlds()),
      randomSeed: request.getRandomseed_asU8(),
    });
    return checkResponse(result?.inputs ?? news, result?.failures ?? []);
  });

  unary<providerPb.DiffRequest, providerPb.DiffResponse>("diff", (request) => {
    const handler = handlerOf(request.getUrn());
    const old = { inputs: fromStruct(request.getOldInputs()), outputs: fromStruct(request.getOlds()) };
    const diff = handler.diff(old, fromStruct(request.getNews()), callFor(request.getUrn(), 0));
    return diffResponse(diff, request.getIgnorechangesList(), !handler.update);
  });

  unary<providerPb.CreateRequest, providerPb.CreateResponse>("create", async (request) => {
    const handler = handlerOf(request.getUrn());
    const inputs = fromStruct(request.getProperties());
    const response = new providerPb.CreateResponse();
    if (request.getPreview()) {
      const planned = await handler.plan?.(undefined, inputs, callFor(request.getUrn(), 0));
      response.setProperties(toStruct(planned ?? { ...inputs, ...unknowns(handler.computed) }));
      return response;
    }
    const made = await handler.create(inputs, callFor(request.getUrn(), request.getTimeout()));
    response.setId(made.id);
    response.setProperties(toStruct(made.outputs));
    return response;
  });

  unary<providerPb.ReadRequest, providerPb.ReadResponse>("read", async (request) => {
    const old = { inputs: fromStruct(request.getInputs()), outputs: fromStruct(request.getProperties()) };
    const found = await handlerOf(request.getUrn()).read(
      request.getId(),
      old,
      callFor(request.getUrn(), request.getTimeout()),
    );
    const response = new providerPb.ReadResponse();
    if (found) {
      response.setId(found.id);
      response.setInputs(toStruct(found.inputs));
      response.setProperties(toStruct(found.outputs));
    }
    return response;
  });

  unary<providerPb.UpdateRequest, providerPb.UpdateResponse>("update", async (request) => {
    const handler = handlerOf(request.getUrn());
    const old = { inputs: fromStruct(request.getOldInputs()), outputs: fromStruct(request.getOlds()) };
    const news = fromStruct(request.getNews());
    const response = new providerPb.UpdateResponse();
    if (request.getPreview()) {
      const planned = await handler.plan?.(old, news, callFor(request.getUrn(), 0));
      response.setProperties(toStruct(planned ?? { ...old.outputs, ...news }));
      return response;
    }
    if (!handler.update) throw new Error(`${request.getUrn()} cannot be updated in place`);
    const call = callFor(request.getUrn(), request.getTimeout());
    response.setProperties(toStruct(await handler.update(request.getId(), old, news, call)));
    return response;
  });

  unary<providerPb.DeleteRequest, emptyPb.Empty>("delete", async (request) => {
    const old = { inputs: fromStruct(request.getOldInputs()), outputs: fromStruct(request.getProperties()) };
    await handlerOf(request.getUrn()).delete(
      request.getId(),
      old,
      callFor(request.getUrn(), request.getTimeout()),
    );
    return new emptyPb.Empty();
  });

  ["handshake", "parameterize", "construct", "call", "getMapping", "getMappings", "migrate"].forEach(
    unsupported,
  );
  return service;
}

/** An error with a gRPC status of its own. */
class Refusal extends Error {
  constructor(
    readonly code: grpc.status,
    message: string,
  ) {
    super(message);
  }
}

function asStatus(error: unknown): Partial<grpc.StatusObject> {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof Refusal) return { code: error.code, details: message };
  if (!(error instanceof PartialFailure)) return { code: grpc.status.UNKNOWN, details: message };

  // The engine finds the partial state in this trailer (google.rpc.Status with one packed detail).
  const failed = new providerPb.ErrorResourceInitFailed();
  failed.setId(error.id);
  failed.setProperties(toStruct(error.outputs));
  failed.setReasonsList([...error.reasons]);
  const detail = new anyPb.Any();
  detail.pack(failed.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
  const status = new statusPb.Status();
  status.setCode(grpc.status.UNKNOWN);
  status.setMessage(message);
  status.addDetails(detail);
  const metadata = new grpc.Metadata();
  metadata.add("grpc-status-details-bin", Buffer.from(status.serializeBinary()));
  return { code: grpc.status.UNKNOWN, details: message, metadata };
}

function checkResponse(inputs: Properties, failures: readonly CheckFailure[]): providerPb.CheckResponse {
  const response = new providerPb.CheckResponse();
  response.setInputs(toStruct(inputs));
  for (const { property, reason } of failures) {
    const failure = new providerPb.CheckFailure();
    failure.setProperty(property);
    failure.setReason(reason);
    response.addFailures(failure);
  }
  return response;
}

function diffResponse(
  diff: Diff,
  ignored: readonly string[],
  alwaysReplaces: boolean,
): providerPb.DiffResponse {
  const response = new providerPb.DiffResponse();
  const entries = Object.entries(diff.changes).filter(
    ([path]) => !ignored.some((prefix) => isWithin(path, prefix)),
  );
  const { DiffChanges } = providerPb.DiffResponse;
  response.setChanges(entries.length > 0 ? DiffChanges.DIFF_SOME : DiffChanges.DIFF_NONE);
  response.setHasdetaileddiff(true);
  const properties = new Set<string>();
  const replacing = new Set<string>();
  for (const [path, change] of entries) {
    const replace = change.replace || alwaysReplaces;
    const detail = new providerPb.PropertyDiff();
    detail.setKind(kindOf(change.kind, replace));
    detail.setInputdiff(diff.comparedWith !== "outputs");
    response.getDetaileddiffMap().set(path, detail);
    const property = path.split(/[.[]/)[0] ?? path;
    properties.add(property);
    if (replace) replacing.add(property);
  }
  response.setDiffsList([...properties]);
  response.setReplacesList([...replacing]);
  response.setDeletebeforereplace(diff.deleteBeforeReplace ?? false);
  return response;
}

/** True when `path` is `prefix` or lies below it: `tags` covers `tags.Name` and `tags[0]`. */
function isWithin(path: string, prefix: string): boolean {
  return path === prefix || (path.startsWith(prefix) && /^[.[]/.test(path.slice(prefix.length)));
}

function kindOf(kind: "add" | "delete" | "update", replace: boolean): providerPb.PropertyDiff.Kind {
  const { Kind } = providerPb.PropertyDiff;
  switch (kind) {
    case "add":
      return replace ? Kind.ADD_REPLACE : Kind.ADD;
    case "delete":
      return replace ? Kind.DELETE_REPLACE : Kind.DELETE;
    case "update":
      return replace ? Kind.UPDATE_REPLACE : Kind.UPDATE;
  }
}

function unknowns(names: readonly string[]): Properties {
  return Object.fromEntries(names.map((name) => [name, UNKNOWN]));
}

function fromStruct(struct: structPb.Struct | undefined): Properties {
  return struct?.toJavaScript() ?? {};
}

/** JSON round trip: drops `undefined`, and refuses what the engine's state cannot hold (a bigint, a cycle). */
function toStruct(value: Properties): structPb.Struct {
  return structPb.Struct.fromJavaScript(
    JSON.parse(JSON.stringify(value)) as Record<string, structPb.JavaScriptValue>,
  );
}

/** Provider config arrives with nested values as JSON text, and unknown ones as the marker. */
function parseConfig(raw: Properties): Properties {
  const config: Properties = {};
  for (const [key, value] of Object.entries(raw)) {
    if (value === UNKNOWN) continue;
    config[key] = typeof value === "string" && /^(\[|\{|true$|false$)/.test(value) ? tryJson(value) : value;
  }
  return config;
}

function tryJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
