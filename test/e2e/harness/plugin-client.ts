import { type ChildProcess, spawn } from "node:child_process";
import readline from "node:readline";
import * as grpc from "@grpc/grpc-js";
import * as providerPb from "@pulumi/pulumi/proto/provider_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";

// The generated clients ship without usable type declarations.
// eslint-disable-next-line @typescript-eslint/no-require-imports
const { ResourceProviderClient } = require("@pulumi/pulumi/proto/provider_grpc_pb") as {
  ResourceProviderClient: new (
    address: string,
    credentials: grpc.ChannelCredentials,
  ) => grpc.Client &
    Record<string, (request: unknown, reply: (error: Error | null, answer: never) => void) => void>;
};

export type Values = Record<string, unknown>;

/** A plugin's answer about a change, as far as the engine acts on it. */
export interface Plan {
  /** Top-level names of the properties that differ; empty: nothing to do. */
  readonly differ: readonly string[];
  /** True if the change needs a new object. */
  readonly replaces: boolean;
}

/** A provider plugin, called as the engine calls it; there is no cloud behind it. */
export class PluginClient {
  private constructor(
    private readonly process: ChildProcess,
    private readonly client: InstanceType<typeof ResourceProviderClient>,
  ) {}

  static async start(path: string, env: Record<string, string>): Promise<PluginClient> {
    const child = spawn(path, [], { env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "ignore"] });
    const port = await new Promise<string>((resolve, reject) => {
      child.on("error", reject);
      child.on("exit", (status) => reject(new Error(`${path} ended with ${status}`)));
      readline.createInterface(child.stdout).once("line", resolve);
    });
    const address = `127.0.0.1:${port}`;
    return new PluginClient(child, new ResourceProviderClient(address, grpc.credentials.createInsecure()));
  }

  async configure(values: Values): Promise<void> {
    const request = new providerPb.ConfigureRequest();
    request.setArgs(Struct.fromJavaScript(values as never));
    request.setAcceptsecrets(true);
    request.setAcceptresources(true);
    await this.ask("configure", request);
  }

  /** The inputs as the plugin completes them. Throws the plugin's refusal. */
  async check(type: string, inputs: Values, old: Values = {}): Promise<Values> {
    const request = new providerPb.CheckRequest();
    request.setUrn(urnOf(type));
    request.setOlds(Struct.fromJavaScript(old as never));
    request.setNews(Struct.fromJavaScript(inputs as never));
    const answer = await this.ask<providerPb.CheckResponse>("check", request);
    const failures = answer.getFailuresList().map((one) => one.getReason());
    if (failures.length > 0) throw new Error(failures.join("; "));
    return answer.getInputs()!.toJavaScript();
  }

  /** The planned change of an object with this id, inputs and outputs to other inputs. */
  async plan(
    type: string,
    old: { id: string; inputs: Values; outputs: Values },
    inputs: Values,
  ): Promise<Plan> {
    const request = new providerPb.DiffRequest();
    request.setId(old.id);
    request.setUrn(urnOf(type));
    request.setOldInputs(Struct.fromJavaScript((await this.check(type, old.inputs)) as never));
    request.setOlds(Struct.fromJavaScript(old.outputs as never));
    request.setNews(Struct.fromJavaScript((await this.check(type, inputs, old.inputs)) as never));
    const answer = await this.ask<providerPb.DiffResponse>("diff", request);
    if (answer.getChanges() !== providerPb.DiffResponse.DiffChanges.DIFF_SOME)
      return { differ: [], replaces: false };
    const kinds = providerPb.PropertyDiff.Kind;
    const detailed: [path: string, kind: number][] = [];
    answer.getDetaileddiffMap().forEach((change, path) => detailed.push([path, change.getKind()]));
    const replacing: number[] = [kinds.ADD_REPLACE, kinds.DELETE_REPLACE, kinds.UPDATE_REPLACE];
    const paths = detailed.length > 0 ? detailed.map(([path]) => path) : answer.getDiffsList();
    // Names with this prefix are the bridge's own, and are not shown.
    const names = paths.map((path) => path.split(/[.[]/)[0]!).filter((name) => !name.startsWith("__"));
    return {
      differ: [...new Set(names)].sort(),
      replaces: answer.getReplacesList().length > 0 || detailed.some(([, kind]) => replacing.includes(kind)),
    };
  }

  end(): void {
    this.client.close();
    this.process.kill("SIGKILL");
  }

  private ask<A>(method: string, request: unknown): Promise<A> {
    return new Promise((resolve, reject) => {
      this.client[method]!.call(this.client, request, (error, answer) =>
        error ? reject(error) : resolve(answer),
      );
    });
  }
}

function urnOf(type: string): string {
  return `urn:pulumi:test::imprimatur::${type}::one`;
}
