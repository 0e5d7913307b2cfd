/** Tokens of Keystone, with what they say of their holder. */
import { z } from "zod";
import { CloudFailure } from "../../failure";
import { jsonAnswer } from "../../json-answer";
import type { Credentials } from "../credentials";
import { refusedByOpenstack } from "../failure";

/** A token, and who and where it is for. */
export interface SignedIn {
  /** Secret. */
  readonly token: string;
  readonly project: { readonly id: string; readonly name: string };
  readonly user: string;
  readonly roles: readonly string[];
  /** Address of the image service, by region. */
  readonly images: Readonly<Record<string, string>>;
}

/** A token that ends sooner is renewed, milliseconds: clocks differ, and a request takes a while. */
const MARGIN = 60_000;

const named = z.looseObject({ id: z.string(), name: z.string() });
const answered = z.looseObject({
  token: z.looseObject({
    expires_at: z.string(),
    project: named.optional(),
    user: named,
    roles: z.array(named).default([]),
    catalog: z
      .array(
        z.looseObject({
          type: z.string(),
          endpoints: z.array(
            z.looseObject({ interface: z.string(), url: z.string(), region_id: z.string().nullish() }),
          ),
        }),
      )
      .default([]),
  }),
});

const held = new Map<string, { readonly until: number; readonly signedIn: SignedIn }>();
const asked = new Map<string, Promise<SignedIn>>();

/**
 * One token for all requests of these credentials, until it is about to end. Whoever asks meanwhile waits for the same
 * answer, but no longer than for one of its own: an upload waits for minutes, a closing does not.
 */
export async function signIn(credentials: Credentials, signal: AbortSignal): Promise<SignedIn> {
  signal.throwIfAborted();
  const key = JSON.stringify(credentials);
  const there = held.get(key);
  if (there && there.until - MARGIN > Date.now()) return there.signedIn;
  const running = asked.get(key) ?? ask(credentials, key, signal);
  asked.set(key, running);
  let stop: () => void = () => undefined;
  const stopped = new Promise<never>((_resolve, reject) => {
    stop = () => reject(signal.reason as Error);
    signal.addEventListener("abort", stop, { once: true });
  });
  try {
    return await Promise.race([running, stopped]);
  } finally {
    signal.removeEventListener("abort", stop);
    // The next to ask begins anew.
    if (asked.get(key) === running) asked.delete(key);
  }
}

/** Another token in place of a refused one: it was revoked, or Keystone's keys were rotated. */
export async function signInAgain(
  credentials: Credentials,
  refused: SignedIn,
  signal: AbortSignal,
): Promise<SignedIn> {
  const key = JSON.stringify(credentials);
  if (held.get(key)?.signedIn.token === refused.token) held.delete(key);
  return signIn(credentials, signal);
}

async function ask(credentials: Credentials, key: string, signal: AbortSignal): Promise<SignedIn> {
  const response = await fetch(`${credentials.authUrl}/auth/tokens`, {
    method: "POST",
    signal,
    redirect: "error",
    headers: { "content-type": "application/json", accept: "application/json" },
    body: JSON.stringify({ auth: credentials.auth }),
  });
  const text = await response.text();
  const { status, headers } = response;
  const token = headers.get("x-subject-token");
  const what = `sign in by ${credentials.from}`;
  if (status !== 201 || token === null) throw refusedByOpenstack(what, { status, headers, text });
  const parsed = answered.safeParse(jsonAnswer(`${what} on OpenStack`, text));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new CloudFailure(
      "refused",
      `${what} on OpenStack: the answer is none of Keystone's API v3 (${issue?.path.join(".") ?? ""}: ${issue?.message ?? ""})`,
      { cure: "look at auth_url in clouds.yaml, or at OS_AUTH_URL" },
    );
  }
  const { token: said } = parsed.data;
  if (said.project === undefined) {
    throw new CloudFailure(
      "unauthenticated",
      `OpenStack: the token of ${credentials.from} is for no project`,
      {
        cure: "name one in project_name or project_id",
      },
    );
  }
  const signedIn: SignedIn = {
    token,
    project: said.project,
    user: said.user.name,
    roles: said.roles.map(({ name }) => name),
    images: imagesOf(said.catalog, credentials.interface),
  };
  held.set(key, { until: Date.parse(said.expires_at), signedIn });
  return signedIn;
}

type Catalog = z.output<typeof answered>["token"]["catalog"];

/** Some clouds end the address with the version. */
function imagesOf(catalog: Catalog, face: string): Record<string, string> {
  const endpoints = catalog.filter(({ type }) => type === "image").flatMap((service) => service.endpoints);
  return Object.fromEntries(
    endpoints
      .filter((endpoint) => endpoint.interface === face)
      .map(({ region_id: region, url }) => [region ?? "", url.replace(/\/+$/, "").replace(/\/v2$/, "")]),
  );
}
