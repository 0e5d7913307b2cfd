/**
 * Credentials where OpenStack's own clients look for them: a cloud of clouds.yaml, else the `OS_…` variables
 * (docs.openstack.org/openstacksdk/latest/user/config/configuration.html, read 2026-11).
 */
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { readText } from "../../facts/read-file";
import { CloudFailure } from "../failure";

type Env = Readonly<Record<string, string | undefined>>;

/** A sign-in with Keystone, API v3. */
export interface Credentials {
  /** For people: `cloud my-cloud of ~/.config/openstack/clouds.yaml`. */
  readonly from: string;
  /** `https://keystone.example.org/v3` */
  readonly authUrl: string;
  /** `auth` of the request for a token. Secret. */
  readonly auth: object;
  /** Which of a service's endpoints. */
  readonly interface: "public" | "internal" | "admin";
}

const settings = z.looseObject({
  auth: z
    .record(
      z.string(),
      z.union([z.string(), z.number(), z.null()]).transform((value) => (value === null ? "" : String(value))),
    )
    .default({}),
  auth_type: z.string().optional(),
  // `publicURL` is the older spelling, which the official client takes as well (keystoneauth1/access/service_catalog.py).
  interface: z
    .string()
    .regex(/^(public|internal|admin)(URL)?$/, { error: "public, internal or admin" })
    .transform((word) => word.replace("URL", "") as Credentials["interface"])
    .optional(),
  // Of a vendor, in files of the official client's.
  profile: z.string().optional(),
  verify: z.union([z.boolean(), z.string()]).optional(),
  cacert: z.string().nullish(),
});
type Settings = z.output<typeof settings>;

const file = z.looseObject({ clouds: z.record(z.string(), z.unknown()).default({}) });

/** Members of `auth`, which the variables have in capitals with `OS_` before. */
const AUTH_MEMBERS = [
  ...["auth_url", "username", "user_id", "password", "project_name", "project_id"],
  ...[
    "user_domain_name",
    "user_domain_id",
    "project_domain_name",
    "project_domain_id",
    "domain_id",
    "domain_name",
  ],
  ...["application_credential_id", "application_credential_name", "application_credential_secret", "token"],
];

/**
 * @param cloud in clouds.yaml; absent: `OS_CLOUD`, else the variables
 * @throws {CloudFailure} `unauthenticated`, with what is missing
 */
export function findCredentials(cloud: string | undefined, env: Env = process.env): Credentials {
  const name = cloud ?? (env.OS_CLOUD || undefined);
  if (name === undefined) return credentialsOf(settingsIn(env), VARIABLES);
  const places = filesOf("clouds", env);
  const found = places.find((place) => existsSync(place));
  if (found === undefined)
    throw unusable(`no clouds.yaml, which is to have the cloud ${name}`, `put it at ${places.join(", ")}`);
  const here = cloudIn(found, name);
  if (here === undefined) {
    const there = Object.keys(readClouds(found)).join(", ") || "none";
    throw unusable(`${found} has no cloud ${name}`, `it has ${there}: name one of them`);
  }
  const secure = filesOf("secure", env).find((place) => existsSync(place));
  const secrets = secure === undefined ? undefined : cloudIn(secure, name);
  const merged = { ...here, auth: { ...here.auth, ...secrets?.auth } };
  return credentialsOf(merged, nameOf(name, found));
}

const VARIABLES = "the OS_… variables";
const nameOf = (cloud: string, place: string) => `the cloud ${cloud} of ${place}`;

function cloudIn(place: string, name: string): Settings | undefined {
  const given = readClouds(place)[name];
  return given === undefined ? undefined : checked(given, nameOf(name, place));
}

/** What is wrong is named, never what is there: it may be a secret. */
function checked(given: unknown, from: string): Settings {
  const parsed = settings.safeParse(given);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw unusable(`${from}: ${issue?.path.join(".") ?? ""}: ${issue?.message ?? ""}`, "mend it");
}

function filesOf(kind: "clouds" | "secure", env: Env): string[] {
  const named = kind === "clouds" ? env.OS_CLIENT_CONFIG_FILE : env.OS_CLIENT_SECURE_FILE;
  if (named) return [named];
  const home = env.XDG_CONFIG_HOME || path.join(env.HOME || homedir(), ".config");
  return [`${kind}.yaml`, path.join(home, "openstack", `${kind}.yaml`), `/etc/openstack/${kind}.yaml`];
}

function readClouds(place: string): Readonly<Record<string, unknown>> {
  let given: unknown;
  try {
    given = parse(readText(place));
  } catch (error) {
    const reason = (error instanceof Error ? error.message : String(error)).split("\n")[0];
    throw unusable(
      `${place} cannot be read (${reason})`,
      "mend it, or let OS_CLIENT_CONFIG_FILE name another",
    );
  }
  const parsed = file.safeParse(given ?? {});
  if (parsed.success) return parsed.data.clouds;
  const [issue] = parsed.error.issues;
  throw unusable(`${place}: ${issue?.path.join(".") ?? ""}: ${issue?.message ?? ""}`, "mend it");
}

function settingsIn(env: Env): Settings {
  const auth = Object.fromEntries(
    AUTH_MEMBERS.flatMap((member) => {
      const value = env[`OS_${member.toUpperCase()}`];
      return value ? [[member, value]] : [];
    }),
  );
  if (!auth.project_name && env.OS_TENANT_NAME) auth.project_name = env.OS_TENANT_NAME;
  const given = {
    auth,
    auth_type: env.OS_AUTH_TYPE || undefined,
    interface: env.OS_INTERFACE || undefined,
    cacert: env.OS_CACERT || undefined,
  };
  return checked(given, VARIABLES);
}

function credentialsOf(given: Settings, from: string): Credentials {
  const {
    auth,
    auth_type: type = auth.application_credential_secret ? "v3applicationcredential" : "password",
  } = given;
  if (!auth.auth_url) {
    throw unusable(
      `${from} name no auth_url`,
      given.profile === undefined
        ? "set OS_CLOUD to a cloud of clouds.yaml, or source the openrc file that the cloud's dashboard gives out"
        : `the profile ${given.profile} is not read here: write its auth_url beside the user`,
    );
  }
  if (given.verify === false)
    throw unusable(
      `${from} say verify: false, which this program does not do`,
      "name the authority in NODE_EXTRA_CA_CERTS",
    );
  if (given.cacert && !process.env.NODE_EXTRA_CA_CERTS)
    throw unusable(
      `${from} name an authority of their own (${given.cacert})`,
      `set NODE_EXTRA_CA_CERTS=${given.cacert}, which Node reads at its start`,
    );
  return {
    from,
    authUrl: `${auth.auth_url.replace(/\/+$/, "").replace(/\/v3$/, "")}/v3`,
    auth: requestOf(type, auth, from),
    interface: given.interface ?? "public",
  };
}

type Auth = Readonly<Record<string, string | undefined>>;

/** `POST /v3/auth/tokens` (docs.openstack.org/api-ref/identity/v3, read 2026-11). */
function requestOf(type: string, auth: Auth, from: string): object {
  const user = auth.user_id
    ? { id: auth.user_id }
    : auth.username && { name: auth.username, domain: domainOf(auth, "user") };
  if (type === "v3applicationcredential") {
    const {
      application_credential_id: id,
      application_credential_name: name,
      application_credential_secret: secret,
    } = auth;
    const which = id ? { id } : name && user && { name, user };
    if (!secret || !which)
      throw unusable(
        `${from} have no application credential`,
        "give application_credential_id and application_credential_secret",
      );
    return {
      identity: { methods: ["application_credential"], application_credential: { ...which, secret } },
    };
  }
  const project = auth.project_id
    ? { id: auth.project_id }
    : auth.project_name && { name: auth.project_name, domain: domainOf(auth, "project") };
  if (!project) throw unusable(`${from} name no project`, "give project_name or project_id");
  if (type === "token" || type === "v3token") {
    if (!auth.token) throw unusable(`${from} have no token`, "set OS_TOKEN");
    return { identity: { methods: ["token"], token: { id: auth.token } }, scope: { project } };
  }
  if (type !== "password" && type !== "v3password")
    throw unusable(
      `${from} sign in by ${type}`,
      "this program knows password, v3applicationcredential and token: make an application credential (`openstack application credential create`)",
    );
  if (!user || !auth.password)
    throw unusable(`${from} name no user with a password`, "give username and password");
  return {
    identity: { methods: ["password"], password: { user: { ...user, password: auth.password } } },
    scope: { project },
  };
}

/** Keystone's own default domain has this id, and its name can be changed. */
function domainOf(auth: Auth, whose: "user" | "project"): object {
  const id = auth[`${whose}_domain_id`] || auth.domain_id;
  const name = auth[`${whose}_domain_name`] || auth.domain_name;
  return id ? { id } : name ? { name } : { id: "default" };
}

function unusable(why: string, cure: string): CloudFailure {
  return new CloudFailure("unauthenticated", `OpenStack: no usable credentials: ${why}`, { cure });
}
