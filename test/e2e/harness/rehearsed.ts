import fs from "node:fs";
import path from "node:path";
import type { InventoryItem } from "../../../rehearsal/cloud";
import { ask } from "../../../rehearsal/control-client";
import type { Pace } from "../../../rehearsal/pace";
import { bridgeFolder } from "../../../tools/bridge";
import { publishedDocuments, rightsFault } from "../../published-rights";
import type { AskedOfAll } from "./rights";
import { Checkout, type CheckoutOptions, type Ran, type RunOptions } from "./checkout";

interface RehearsedOptions extends CheckoutOptions {
  /** Factor on every delay of the stand-in clouds, or `recorded`. */
  pace?: Pace;
  /** Folder of plugins that take precedence over the stand-in ones. */
  plugins?: string | undefined;
}

/** Set by `IMPRIMATUR_REAL_BRIDGE=1`: every end-to-end test runs aws and gcp behind the real Pulumi bridge. */
function askedFor(): string | undefined {
  if (!process.env.IMPRIMATUR_REAL_BRIDGE) return undefined;
  const plugins = bridgeFolder();
  if (plugins === undefined) throw new Error("build the bridge first: node tools/bridge.js");
  return plugins;
}

/** Containers of images. A managed disk and its page blob are created empty, for the upload to fill. */
const EMPTY_KINDS = [
  "bucket",
  "resource group",
  "gallery",
  "image definition",
  "disk",
  "blob container",
  "blob",
];

/**
 * A checkout with its own stand-in clouds, the demo's raw disk and the real engine, driven through the commands that
 * users type.
 */
export class Rehearsed {
  private constructor(
    readonly checkout: Checkout,
    /** The variables that `imprimatur rehearsal env` exports. */
    readonly env: Record<string, string>,
    readonly stack: string,
  ) {}

  /** @param stack name of the stack, and of its file below stacks/ */
  static async start(
    stack: string,
    { pace = 0, plugins = askedFor(), sources }: RehearsedOptions = {},
  ): Promise<Rehearsed> {
    const checkout = await Checkout.create({ sources });
    try {
      const shown = await checkout.imprimatur(["rehearsal", "env", "--json", "--pace", String(pace)]);
      if (shown.status !== 0) throw new Error(`imprimatur rehearsal env: ${shown.stderr}`);
      const env = JSON.parse(shown.stdout) as Record<string, string>;
      if (plugins !== undefined) env.PATH = [plugins, env.PATH].join(path.delimiter);
      const rehearsed = new Rehearsed(checkout, env, stack);
      await rehearsed.pulumi(["stack", "select", "--create", stack]);
      return rehearsed;
    } catch (error) {
      checkout.remove();
      throw error;
    }
  }

  /** The real engine's command line on this stack, without questions. */
  pulumi(args: string[], options?: RunOptions): Promise<Ran> {
    const env = { ...this.env, ...options?.env };
    return this.checkout.run("pulumi", [...args, "--non-interactive"], { ...options, env });
  }

  up(...args: string[]): Promise<Ran> {
    return this.pulumi(["up", "--yes", "--skip-preview", ...args]);
  }

  async outputs<T>(): Promise<T> {
    const shown = await this.pulumi(["stack", "output", "--json"]);
    return JSON.parse(shown.stdout) as T;
  }

  async inventory(): Promise<InventoryItem[]> {
    const listed = await this.checkout.imprimatur(["rehearsal", "inventory", "--json"], { env: this.env });
    if (listed.status !== 0) throw new Error(`imprimatur rehearsal inventory: ${listed.stderr}`);
    return JSON.parse(listed.stdout) as InventoryItem[];
  }

  /** Kinds of all objects in any account, less those that are created before an upload and are still empty. */
  async kindsWithBytes(): Promise<string[]> {
    const kinds = new Set((await this.inventory()).map(({ kind }) => kind));
    return [...kinds].filter((kind) => !EMPTY_KINDS.includes(kind));
  }

  /** Bytes sent to each cloud so far. */
  async received(): Promise<Record<string, number>> {
    const traffic = await ask(this.env.IMPRIMATUR_REHEARSAL_DIR!, "GET", "traffic");
    return (traffic as { received: Record<string, number> }).received;
  }

  async fault(fault: object): Promise<void> {
    const made = await this.checkout.imprimatur(["rehearsal", "fault", JSON.stringify(fault)], {
      env: this.env,
    });
    if (made.status !== 0) throw new Error(`imprimatur rehearsal fault: ${made.stderr}`);
  }

  /**
   * Gives the publisher the rights of these documents of docs/policies/ and no others, on every cloud that has them;
   * without a name: of all documents.
   */
  async may(...documents: string[]): Promise<void> {
    await Promise.all(
      (["aws", "gcp", "azure"] as const).map(async (cloud) => {
        const there = publishedDocuments(cloud);
        const given = documents.length === 0 ? there : there.filter((name) => documents.includes(name));
        if (given.length > 0) await this.fault({ cloud, ...rightsFault(cloud, given) });
      }),
    );
  }

  /**
   * Rights that the clouds' callers have needed so far.
   *
   * @param forget the next call reports only what comes after this one
   */
  async rights(forget = false): Promise<AskedOfAll> {
    const method = forget ? "POST" : "GET";
    return (await ask(this.env.IMPRIMATUR_REHEARSAL_DIR!, method, "rights")) as AskedOfAll;
  }

  /** `imprimatur inspect`: writes the image file of a raw disk. Paths are relative to the checkout. */
  inspect(raw: string, product: string, version: string, imageFile: string): Promise<Ran> {
    const named = ["--product", product, "--version", version, "--output", imageFile];
    return this.checkout.imprimatur(["inspect", raw, ...named]);
  }

  /**
   * Requests that the stand-in AWS answered, e.g. `PutSnapshotBlock eu-central-1 publisher 201`, in their order:
   * those of one action, or all.
   */
  requests(action?: string): string[] {
    return [...this.log().matchAll(/^\S+ aws \w+ (.+)$/gm)]
      .map(([, request]) => request ?? "")
      .filter((request) => request.startsWith(action === undefined ? "" : `${action} `));
  }

  /** The stand-in clouds' log: a line for each request. */
  log(): string {
    return fs.readFileSync(path.join(this.env.IMPRIMATUR_REHEARSAL_DIR!, "server.log"), "utf8");
  }

  /** Ends the clouds; their contents are kept, as when a machine is off the network. */
  async cloudsAway(): Promise<void> {
    await this.checkout.imprimatur(["rehearsal", "stop"], { env: this.env });
  }

  async end(): Promise<void> {
    await this.cloudsAway();
    this.checkout.remove();
  }
}

/** Throws the whole output if the command failed. */
export function expectSuccess(ran: Ran): void {
  if (ran.status !== 0) throw new Error(`exit ${ran.status}\n${ran.stdout}\n${ran.stderr}`);
}

/**
 * The first line of a failed command's output that matches; throws if the command succeeded or printed a stack trace.
 */
export function oneLineError(ran: Ran, about: RegExp): string {
  const said = `${ran.stdout}\n${ran.stderr}`;
  if (ran.status === 0) throw new Error(`expected a failure:\n${said}`);
  if (/^\s+at .+:\d+:\d+\)?$/m.test(said)) throw new Error(`a stack trace:\n${said}`);
  const line = said.split("\n").find((candidate) => about.test(candidate));
  if (line === undefined) throw new Error(`no line matches ${about}:\n${said}`);
  return line;
}
