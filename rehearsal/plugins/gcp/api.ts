import type { Call, Properties } from "../../../plugin/resource";
import { type Found, waitFor } from "../bridge/wait";
import { askJson, firstText, type Tries } from "../http";
import { asList, asObject, asTexts, text } from "../properties";

/** A refused call, in the words of Google's Go client. */
export class GoogleError extends Error {
  override name = "GoogleError";
  constructor(
    readonly status: number,
    readonly reason: string,
    message: string,
  ) {
    super(`googleapi: Error ${status}: ${message}${reason ? `, ${reason}` : ""}`);
  }
}

export function isStatus(error: unknown, status: number): boolean {
  return error instanceof GoogleError && error.status === status;
}

/** The resources' REST calls. Paths are relative to the service's base URL. */
export interface Api {
  readonly project: string;
  /** Labels that the provider adds to everything. */
  readonly defaultLabels: Readonly<Record<string, string>>;
  compute(method: string, path: string, body?: object): Promise<Properties>;
  storage(method: string, path: string, body?: object): Promise<Properties>;
}

/** The provider adds `goog-pulumi-provisioned` to everything it creates, unless disabled. */
const ATTRIBUTION = { "goog-pulumi-provisioned": "true" };

/**
 * `isCommonRetryableErrorCode` and `is403QuotaExceededPerMinuteError` of terraform-provider-google-beta
 * (google-beta/transport/error_retry_predicates.go, read in excerpts of copies, 2026-11-29): retried until the
 * resource's timeout, 20 minutes, with waits up to 10 s; any other 403 is final.
 */
const TRIES: Tries = {
  attempts: 120,
  passes: (status, text) =>
    [429, 500, 502, 503].includes(status) ||
    (status === 403 &&
      /Quota exceeded for quota metric '.*' and limit '.* per minute' of service/.test(text)),
  firstPause: 200,
  longestPause: 10_000,
};

/** Calls Google, or the configured custom endpoints. */
export class GoogleApi implements Api {
  readonly project: string;
  readonly defaultLabels: Readonly<Record<string, string>>;

  constructor(private readonly config: Properties) {
    this.project = projectOf(config) ?? "";
    const attribution = config.addPulumiAttributionLabel === false ? {} : ATTRIBUTION;
    this.defaultLabels = { ...attribution, ...asTexts(config.defaultLabels) };
  }

  compute(method: string, path: string, body?: object): Promise<Properties> {
    const base = firstText(this.config.computeCustomEndpoint, process.env["GOOGLE_COMPUTE_CUSTOM_ENDPOINT"]);
    return this.ask(base ?? "https://compute.googleapis.com/compute/v1/", method, path, body);
  }

  storage(method: string, path: string, body?: object): Promise<Properties> {
    const base = firstText(this.config.storageCustomEndpoint, process.env["GOOGLE_STORAGE_CUSTOM_ENDPOINT"]);
    return this.ask(base ?? "https://storage.googleapis.com/storage/v1/", method, path, body);
  }

  private async ask(base: string, method: string, path: string, body?: object): Promise<Properties> {
    const url = new URL(path, base.endsWith("/") ? base : `${base}/`);
    return (await askJson(url, { method, token: await this.token(), body }, TRIES, refusal)).body;
  }

  private async token(): Promise<string> {
    const given = firstText(this.config.accessToken, process.env["GOOGLE_OAUTH_ACCESS_TOKEN"]);
    if (given) return given;
    const { GoogleAuth } = await import("google-auth-library");
    const { GOOGLE_CREDENTIALS, GOOGLE_CLOUD_KEYFILE_JSON, GCLOUD_KEYFILE_JSON } = process.env;
    const named = this.config.credentials as string | object | undefined;
    const credentials =
      named ?? firstText(GOOGLE_CREDENTIALS, GOOGLE_CLOUD_KEYFILE_JSON, GCLOUD_KEYFILE_JSON);
    const auth = new GoogleAuth({
      scopes: ["https://www.googleapis.com/auth/cloud-platform"],
      ...(typeof credentials === "object" && { credentials }),
      ...(typeof credentials === "string" &&
        (credentials.trim().startsWith("{")
          ? { credentials: JSON.parse(credentials) as object }
          : { keyFile: credentials })),
    });
    return (await auth.getAccessToken()) ?? "";
  }
}

function refusal(status: number, text: string): GoogleError {
  try {
    const { error } = JSON.parse(text) as { error: { message: string; errors?: { reason?: string }[] } };
    return new GoogleError(status, error.errors?.[0]?.reason ?? "", error.message);
  } catch {
    return new GoogleError(status, "", `got HTTP response code ${status} with body: ${text.slice(0, 200)}`);
  }
}

/** The provider's project: config first, then the environment, in the real provider's order. */
function projectOf(config: Properties): string | undefined {
  const { GOOGLE_PROJECT, GOOGLE_CLOUD_PROJECT, GCLOUD_PROJECT, CLOUDSDK_CORE_PROJECT } = process.env;
  return firstText(
    config.project,
    GOOGLE_PROJECT,
    GOOGLE_CLOUD_PROJECT,
    GCLOUD_PROJECT,
    CLOUDSDK_CORE_PROJECT,
  );
}

/**
 * Waits until a Compute Engine operation is done.
 *
 * @throws with the operation's own errors
 */
export async function operationDone(
  api: Api,
  project: string,
  operation: Properties,
  { activity, timeoutSeconds, call }: { activity: string; timeoutSeconds: number; call: Call },
): Promise<void> {
  const path = `projects/${project}/global/operations/${String(operation.name)}`;
  const done = await waitFor(
    call,
    { what: activity, timeoutSeconds },
    async (): Promise<Found<Properties>> => {
      const now = operation.status === "DONE" ? operation : await api.compute("GET", path);
      return now.status === "DONE"
        ? { done: now }
        : { status: `${String(now.status)}, ${Number(now.progress ?? 0)}%` };
    },
  );
  const errors = asList(asObject(done.error).errors).map((error) => text(asObject(error), "message"));
  if (errors.length > 0) throw new Error(`Error waiting for ${activity}: ${errors.join("\n")}`);
}
