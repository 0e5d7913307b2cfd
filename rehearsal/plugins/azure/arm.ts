import type { Call, Properties } from "../../../plugin/resource";
import { type Found, waitFor } from "../bridge/wait";
import { type Answer, askJson, firstText } from "../http";

/** A refused call or a failed operation, worded as the real provider words it. */
export class ArmError extends Error {
  override name = "ArmError";
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
  ) {
    super(`Status=${status} Code="${code}" Message="${message}"`);
  }
}

/** The calls of Azure Resource Manager that the resources make. */
export interface Arm {
  readonly subscription: string;
  /** Where a resource lives that names no location; absent: it must name one. */
  readonly location?: string;
  /** `undefined` for a resource that does not exist. */
  get(id: string, apiVersion: string): Promise<Properties | undefined>;
  /** Creates or updates, and waits until the service is done. `begun` is told once the service has accepted it. */
  put(id: string, apiVersion: string, body: object, wait: Wait, begun?: () => void): Promise<void>;
  /** Waits until it is gone; it may be gone already. */
  delete(id: string, apiVersion: string, wait: Wait): Promise<void>;
}

export interface Wait {
  readonly call: Call;
  readonly timeoutSeconds: number;
}

const PUBLIC_CLOUD = "https://management.azure.com";
const RUNNING = /^(InProgress|Running|Accepted|Creating|Updating|Deleting|Pending)$/i;

export class ArmClient implements Arm {
  readonly subscription: string;
  readonly location?: string;
  private endpoint?: Promise<string>;

  /** @param endpoint Resource Manager's URL; absent: asked of the cloud that config or environment name. */
  constructor(
    private readonly config: Properties,
    endpoint?: string,
  ) {
    if (endpoint) this.endpoint = Promise.resolve(endpoint);
    this.subscription = firstText(config.subscriptionId, process.env["ARM_SUBSCRIPTION_ID"]) ?? "";
    this.location = firstText(config.location);
  }

  async get(id: string, apiVersion: string): Promise<Properties | undefined> {
    try {
      return (await this.ask("GET", await this.urlOf(id, apiVersion))).body;
    } catch (error) {
      if (error instanceof ArmError && error.status === 404) return undefined;
      throw error;
    }
  }

  async put(id: string, apiVersion: string, body: object, wait: Wait, begun?: () => void): Promise<void> {
    const answer = await this.ask("PUT", await this.urlOf(id, apiVersion), body);
    begun?.();
    await this.finished(answer, `${id.split("/").at(-1)}`, wait);
  }

  async delete(id: string, apiVersion: string, wait: Wait): Promise<void> {
    try {
      const answer = await this.ask("DELETE", await this.urlOf(id, apiVersion));
      await this.finished(answer, `${id.split("/").at(-1)} to be deleted`, wait);
    } catch (error) {
      if (!(error instanceof ArmError) || error.status !== 404) throw error;
    }
  }

  /** Follows an operation, which the service names in one of two headers. */
  private async finished(begun: Answer, what: string, { call, timeoutSeconds }: Wait): Promise<void> {
    const operation = begun.headers.get("azure-asyncoperation");
    const location = begun.headers.get("location");
    if (operation) {
      await waitFor(call, { what, timeoutSeconds }, async (): Promise<Found<true>> => {
        const { body } = await this.ask("GET", new URL(operation));
        const status = firstText(body.status) ?? "";
        if (RUNNING.test(status)) return { status };
        if (/^succeeded$/i.test(status)) return { done: true };
        const { code, message } = (body.error ?? {}) as { code?: string; message?: string };
        throw new ArmError(200, code ?? status, message ?? "the operation did not succeed");
      });
    } else if (location && begun.status === 202) {
      await waitFor(call, { what, timeoutSeconds }, async (): Promise<Found<true>> => {
        const { status } = await this.ask("GET", new URL(location));
        return status === 202 ? { status: "in progress" } : { done: true };
      });
    }
  }

  private async ask(method: string, url: URL, body?: object): Promise<Answer> {
    return askJson(url, { method, token: await this.token(), body }, refusal);
  }

  private async urlOf(id: string, apiVersion: string): Promise<URL> {
    this.endpoint ??= discover(this.config);
    return new URL(`${id}?api-version=${apiVersion}`, await this.endpoint);
  }

  /** The real provider signs in; a stand-in cloud hands out a token. */
  private async token(): Promise<string> {
    const given = process.env["AZURE_TOKEN"];
    if (given) return given;
    const { DefaultAzureCredential } = await import("@azure/identity");
    return (await new DefaultAzureCredential().getToken(`${PUBLIC_CLOUD}/.default`)).token;
  }
}

/** A custom cloud tells where its Resource Manager is. */
async function discover(config: Properties): Promise<string> {
  const host = firstText(config.metadataHost, process.env["ARM_METADATA_HOSTNAME"]);
  if (!host) return PUBLIC_CLOUD;
  const url = `https://${host}/metadata/endpoints?api-version=2022-09-01`;
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`cannot read the cloud's endpoints: ${url} answered ${answer.status}`);
  const found = (await answer.json()) as { resourceManager?: string } | { resourceManager?: string }[];
  const [cloud] = Array.isArray(found) ? found : [found];
  return cloud?.resourceManager ?? PUBLIC_CLOUD;
}

function refusal(status: number, text: string): ArmError {
  try {
    const { error } = JSON.parse(text) as { error: { code: string; message: string } };
    return new ArmError(status, error.code, error.message);
  } catch {
    return new ArmError(status, "", text.slice(0, 200));
  }
}
