/** Keystone's content: regions, endpoints, projects and users, each as an operator makes them. */
import { identityUrl, type Ports, REGIONS } from "./settings";

/** Users of the rehearsal; each has a project of its own name. */
export const USERS = ["publisher", "partner", "stranger"] as const;
export type UserName = (typeof USERS)[number];

export interface Secrets {
  /** Of the administrator. */
  readonly admin: string;
  /** Of the service user of Glance. */
  readonly glance: string;
  readonly users: Readonly<Record<UserName, string>>;
}

/** Who may make an image public: the role of the rehearsal's policy. */
const PUBLISHING_ROLE = "image_publisher";

/** @returns ids of the projects, by name */
export async function makeAccounts(ports: Ports, secrets: Secrets): Promise<Record<string, string>> {
  const { keystone } = await signIn(ports, secrets.admin);
  const projects: Record<string, string> = {};
  const roles = new Map<string, string>(
    (await keystone<{ roles: Named[] }>("GET", "roles")).roles.map(({ name, id }) => [name, id]),
  );
  const { role } = await keystone<{ role: Named }>("POST", "roles", { role: { name: PUBLISHING_ROLE } });
  roles.set(role.name, role.id);
  const join = async (name: string, project: string, password: string, given: readonly string[]) => {
    const made = await keystone<{ project: Named }>("POST", "projects", { project: { name: project } });
    projects[project] = made.project.id;
    const { user } = await keystone<{ user: Named }>("POST", "users", {
      user: { name, password, default_project_id: made.project.id },
    });
    for (const each of given)
      await keystone("PUT", `projects/${made.project.id}/users/${user.id}/roles/${roles.get(each) ?? ""}`);
  };
  await join("glance", "service", secrets.glance, ["admin"]);
  for (const name of USERS) {
    const given = name === "publisher" ? ["member", PUBLISHING_ROLE] : ["member"];
    await join(name, name, secrets.users[name], given);
  }
  const { service } = await keystone<{ service: Named }>("POST", "services", {
    service: { name: "glance", type: "image" },
  });
  for (const region of REGIONS) {
    // The first one is the bootstrap's.
    if (region !== REGIONS[0]) await keystone("POST", "regions", { region: { id: region } });
    const url = `http://127.0.0.1:${ports.glance[region]}`;
    const endpoint = { interface: "public", region_id: region, service_id: service.id, url };
    await keystone("POST", "endpoints", { endpoint });
  }
  return projects;
}

interface Named {
  readonly id: string;
  readonly name: string;
}

type Keystone = <T>(method: string, path: string, body?: object) => Promise<T>;

/** An administrator's token, and the names of the projects by id. */
export async function signInAsAdmin(
  ports: Ports,
  password: string,
): Promise<{ token: string; projects: ReadonlyMap<string, string> }> {
  const { token, keystone } = await signIn(ports, password);
  const { projects } = await keystone<{ projects: Named[] }>("GET", "projects");
  return { token, projects: new Map(projects.map(({ id, name }) => [id, name])) };
}

async function signIn(ports: Ports, password: string): Promise<{ token: string; keystone: Keystone }> {
  const url = identityUrl(ports);
  const domain = { name: "Default" };
  const auth = {
    identity: { methods: ["password"], password: { user: { name: "admin", domain, password } } },
    scope: { project: { name: "admin", domain } },
  };
  const signed = await send(`${url}/auth/tokens`, { method: "POST", body: { auth } });
  const token = signed.headers.get("x-subject-token") ?? "";
  const keystone = async <T>(method: string, path: string, body?: object) => {
    const answer = await send(`${url}/${path}`, { method, token, ...(body && { body }) });
    return (answer.status === 204 ? {} : await answer.json()) as T;
  };
  return { token, keystone };
}

async function send(
  url: string,
  { method, token, body }: { method: string; token?: string; body?: object },
): Promise<Response> {
  const answer = await fetch(url, {
    method,
    headers: { "content-type": "application/json", ...(token !== undefined && { "x-auth-token": token }) },
    ...(body && { body: JSON.stringify(body) }),
  });
  if (answer.ok) return answer;
  throw new Error(`Keystone answers ${method} ${new URL(url).pathname} with ${answer.status}`);
}

/** clouds.yaml of the official clients, with one cloud for each user. */
export function cloudsFile(ports: Ports, secrets: Secrets): string {
  const passwords = Object.entries({ admin: secrets.admin, ...secrets.users });
  const clouds = passwords.map(
    ([name, password]) => `  ${name}:
    auth:
      auth_url: ${identityUrl(ports)}
      username: ${name}
      password: ${password}
      project_name: ${name}
      user_domain_name: Default
      project_domain_name: Default
    regions: [${REGIONS.join(", ")}]
    identity_api_version: 3
`,
  );
  return `clouds:\n${clouds.join("")}`;
}
