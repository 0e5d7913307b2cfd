/**
 * Serves a {@link ProviderPlugin} to the Pulumi engine over gRPC.
 *
 * Why not `@pulumi/pulumi/provider`'s `main`: it has no provider config, no detailed diff, no previewed outputs and no
 * timeouts, and it takes any error with an `id` field for a partly created resource. See docs/provider.md.
 */
import * as grpc from "@grpc/grpc-js";
import * as emptyPb from "google-protobuf/google/protobuf/empty_pb";
import * as enginePb from "@pulumi/pulumi/proto/engine_pb";
import * as pluginPb from "@pulumi/pulumi/proto/plugin_pb";
import * as providerPb from "@pulumi/pulumi/proto/provider_pb";

import { MIB } from "../facts/units";
import {
  asStatus,
  checkResponse,
  diffResponse,
  fromStruct,
  parseConfig,
  Refusal,
  toStruct,
  unknowns,
} from "./messages";
import { type Call, diffInputs, type ProviderPlugin, type ResourceHandler } from "./resource";

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
const MESSAGE_LIMIT = 400 * MIB;
const CHANNEL = {
  "grpc.max_receive_message_length": MESSAGE_LIMIT,
  "grpc.max_send_message_length": MESSAGE_LIMIT,
};

/**
 * Starts serving and prints the port, by which the engine finds the plugin. Resolves without waiting for a shutdown.
 *
 * A killed engine does not notify its plugins, and one that kept uploading would conflict with the next `up`: when
 * the parent process is gone, operations in progress are cancelled as by Ctrl-C, and the process ends.
 */
export async function servePlugin(plugin: ProviderPlugin, args = process.argv.slice(2)): Promise<void> {
  const parent = process.ppid;
  const { port, cancel } = await listen(
    plugin,
    args.find((arg) => /^\S+:\d+$/.test(arg)),
  );
  process.stdout.write(`${port}\n`);
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    setTimeout(() => process.exit(1), LONGEST_END);
    void cancel().then(() => process.exit(1));
  }, 1000);
}

/** Milliseconds for the cleanup of a cancelled call, e.g. to terminate an instance. */
const LONGEST_END = 60_000;

/** Serves `plugin` on a free local port; log lines go to `engineAddress`. */
export async function listen(
  plugin: ProviderPlugin,
  engineAddress?: string,
): Promise<{ port: number; stop(): void; cancel: () => Promise<void> }> {
  const server = new grpc.Server(CHANNEL);
  const { service, cancel } = implementation(plugin, engineAddress);
  server.addService(ResourceProviderService, service);
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    ),
  );
  return { port, stop: () => server.forceShutdown(), cancel };
}

function implementation(
  plugin: ProviderPlugin,
  address: string | undefined,
): { service: grpc.UntypedServiceImplementation; cancel: () => Promise<void> } {
  const stopping = new AbortController();
  const underWay = new Set<Promise<unknown>>();
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
    // An undeliverable log line must not fail a publication.
    engine?.log(request, () => undefined);
  };
  const severities = { debug: 0, info: 1, warning: 2, error: 3 } as const;
  plugin.started?.((message) => send("", severities.warning, message, false));
  const watch = plugin.watch?.((message) => send("", severities.warning, message, false));
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
    const call: grpc.handleUnaryCall<Q, A> = ({ request }, reply) => {
      const answered = Promise.resolve()
        .then(() => body(request))
        .then(
          (answer) => reply(null, answer),
          (error: unknown) => reply(asStatus(error)),
        )
        .finally(() => underWay.delete(answered));
      underWay.add(answered);
    };
    service[name] = call;
  };
  const unsupported = (name: string) =>
    unary(name, () =>
      Promise.reject(new Refusal(grpc.status.UNIMPLEMENTED, `${plugin.name} does not serve ${name}`)),
    );

  unary("cancel", () => {
    stopping.abort();
    // A second Ctrl-C cuts off whatever is still in progress; this call itself counts as in progress, hence
    // setImmediate.
    setImmediate(() => void Promise.allSettled(underWay).then(() => watch?.ended()));
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
    watch?.seen(request.getUrn());
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
    watch?.works(request.getUrn());
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
    watch?.works(request.getUrn());
    const call: Call = {
      ...callFor(request.getUrn(), request.getTimeout()),
      ignoreChanges: request.getIgnorechangesList(),
    };
    response.setProperties(toStruct(await handler.update(request.getId(), old, news, call)));
    return response;
  });

  unary<providerPb.DeleteRequest, emptyPb.Empty>("delete", async (request) => {
    const old = { inputs: fromStruct(request.getOldInputs()), outputs: fromStruct(request.getProperties()) };
    watch?.works(request.getUrn());
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
  const cancel = async () => {
    stopping.abort();
    await Promise.allSettled(underWay);
  };
  return { service, cancel };
}
