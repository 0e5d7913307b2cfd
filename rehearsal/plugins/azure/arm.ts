import type { Call, Properties } from "../../../plugin/resource";
import { type Found, waitFor } from "../bridge/wait";
import { type Answer, askJson, firstText, type Tries } from "../http";
import { asObject } from "../properties";
import { type Account, accountOf, discover, type Places, signIn } from "./account";

/** A refused call or a failed operation, in the real provider's words. */
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

/** The resources' calls to Azure Resource Manager. */
export interface Arm {
  readonly subscription: string;
  /** Default location of resources; absent: they must name one. */
  readonly location?: string;
  /** `undefined` for a resource that does not exist. */
  get(id: string, apiVersion: string, over?: AbortSignal): Promise<Properties | undefined>;
  /** Creates or updates, and waits for completion. `begun` is called once the service has accepted it. */
  put(id: string, apiVersion: string, body: object, wait: Wait, begun?: () => void): Promise<void>;
  /** Waits until it is deleted; it may be missing already. */
  delete(id: string, apiVersion: string, wait: Wait): Promise<void>;
}

interface Wait {
  readonly call: Call;
  readonly timeoutSeconds: number;
  /** Aborted at the time limit, including a call that is never answered. */
  readonly over: AbortSignal;
}

/**
 * Four attempts: `MaxRetries` has azcore's default of 3 (`initPipelineOpts` of provider/pkg/azure/client_azcore.go in
 * pulumi/pulumi-azure-native; `setDefaults` and `Do` of sdk/azcore/runtime/policy_retry.go in Azure/azure-sdk-for-go,
 * read 2026-11-29). A `Retry-After` up to 120 s is honoured, a longer one ends the call; without one the real waits
 * are 20, 60 and 120 s.
 */
const TRIES: Tries = {
  attempts: 4,
  passes: (status, text) =>
    [408, 429, 500, 502, 503, 504].includes(status) ||
    (status === 409 && text.includes('"AnotherOperationInProgress"')),
  firstPause: 200,
  longestPause: 1_400,
  patience: 120,
};

const RUNNING = /^(InProgress|Running|Accepted|Creating|Updating|Deleting|Pending)$/i;

export class ArmClient implements Arm {
  readonly subscription: string;
  readonly location?: string;
  private readonly account: Account;
  private found?: Promise<Places>;
  private signedIn?: Promise<string>;

  /**
   * @param endpoint of Resource Manager and sign-in; absent: queried from the cloud in config or environment
   * @throws as the real provider does when it is configured, before any call: incomplete credentials
   */
  constructor(
    private readonly config: Properties,
    endpoint?: string,
  ) {
    if (endpoint) this.found = Promise.resolve({ resourceManager: endpoint, login: endpoint });
    this.account = accountOf(config, process.env);
    this.subscription = this.account.subscriptionId;
    this.location = firstText(config.location);
  }

  async get(id: string, apiVersion: string, over?: AbortSignal): Promise<Properties | undefined> {
    try {
      return (await this.ask("GET", await this.urlOf(id, apiVersion), { over })).body;
    } catch (error) {
      if (error instanceof ArmError && error.status === 404) return undefined;
      throw error;
    }
  }

  async put(id: string, apiVersion: string, body: object, wait: Wait, begun?: () => void): Promise<void> {
    const answer = await this.ask("PUT", await this.urlOf(id, apiVersion), { body, over: wait.over });
    begun?.();
    await this.finished(answer, `${id.split("/").at(-1)}`, wait);
  }

  async delete(id: string, apiVersion: string, wait: Wait): Promise<void> {
    try {
      const answer = await this.ask("DELETE", await this.urlOf(id, apiVersion), { over: wait.over });
      await this.finished(answer, `${id.split("/").at(-1)} to be deleted`, wait);
    } catch (error) {
      if (!(error instanceof ArmError) || error.status !== 404) throw error;
    }
  }

  /** Polls an operation, named in one of two headers. */
  private async finished(begun: Answer, what: string, { call, timeoutSeconds, over }: Wait): Promise<void> {
    const operation = begun.headers.get("azure-asyncoperation");
    const location = begun.headers.get("location");
    if (operation) {
      await waitFor(call, { what, timeoutSeconds }, async (): Promise<Found<true>> => {
        const { body } = await this.ask("GET", new URL(operation), { over });
        const status = firstText(body.status) ?? "";
        if (RUNNING.test(status)) return { status };
        if (/^succeeded$/i.test(status)) return { done: true };
        const { code, message } = asObject(body.error);
        const why = firstText(message) ?? "the operation did not succeed";
        throw new ArmError(200, firstText(code) ?? status, why);
      });
    } else if (location && begun.status === 202) {
      await waitFor(call, { what, timeoutSeconds }, async (): Promise<Found<true>> => {
        const { status } = await this.ask("GET", new URL(location), { over });
        return status === 202 ? { status: "in progress" } : { done: true };
      });
    }
  }

  private async ask(
    method: string,
    url: URL,
    { body, over }: { body?: object; over?: AbortSignal },
  ): Promise<Answer> {
    try {
      const request = {
        method,
        token: await this.token(),
        ...(body && { body }),
        ...(over && { signal: over }),
      };
      return await askJson(url, request, TRIES, refusal);
    } catch (error) {
      // `azureError` in provider/pkg/provider/provider.go of pulumi/pulumi-azure-native, read 2026-11-29.
      if (over?.aborted) throw new Error("operation timed out", { cause: error });
      throw error;
    }
  }

  private async urlOf(id: string, apiVersion: string): Promise<URL> {
    return new URL(`${id}?api-version=${apiVersion}`, (await this.places()).resourceManager);
  }

  private token(): Promise<string> {
    this.signedIn ??= this.places().then(({ login }) => signIn(this.account, login));
    return this.signedIn;
  }

  private places(): Promise<Places> {
    this.found ??= discover(this.config);
    return this.found;
  }
}

function refusal(status: number, text: string): ArmError {
  try {
    const { error } = JSON.parse(text) as { error: { code: string; message: string } };
    return new ArmError(status, error.code, error.message);
  } catch {
    return new ArmError(status, "", text.slice(0, 200));
  }
}
