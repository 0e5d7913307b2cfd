/** The first start: databases, keys and configuration of the services below one folder. */
import { randomBytes } from "node:crypto";
import fs from "node:fs";
import { createServer } from "node:net";
import path from "node:path";
import { cloudsFile, type Secrets, USERS, type UserName } from "./accounts";
import { runTool } from "./processes";
import {
  GLANCE_POLICY,
  glanceSettings,
  identityUrl,
  keystoneSettings,
  placesIn,
  type Ports,
  type RegionName,
  REGIONS,
} from "./settings";

/** Settings that a prepared folder is started with. */
export interface Prepared {
  readonly ports: Ports;
  readonly secrets: Secrets;
  /** Ids of the projects by name; absent until Keystone has them. */
  readonly projects?: Readonly<Record<string, string>>;
}

export function readPrepared(directory: string): Prepared | undefined {
  const { settings } = placesIn(directory);
  return fs.existsSync(settings) ? (JSON.parse(fs.readFileSync(settings, "utf8")) as Prepared) : undefined;
}

export function keepPrepared(directory: string, prepared: Prepared): void {
  const { settings } = placesIn(directory);
  fs.writeFileSync(`${settings}.new`, JSON.stringify(prepared), { mode: 0o600 });
  fs.renameSync(`${settings}.new`, settings);
}

/** Makes everything but the accounts, which Keystone itself is asked for. A folder that was begun and left begins anew. */
export async function prepare(directory: string): Promise<Prepared> {
  fs.rmSync(directory, { recursive: true, force: true });
  const places = placesIn(directory);
  for (const folder of [directory, places.keys]) fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
  const [keystone = 0, one = 0, two = 0] = await freePorts(3);
  const ports: Ports = { keystone, glance: { RegionOne: one, RegionTwo: two } };
  const secret = () => randomBytes(16).toString("hex");
  const users = Object.fromEntries(USERS.map((name) => [name, secret()])) as Record<UserName, string>;
  const secrets: Secrets = { admin: secret(), glance: secret(), users };
  // 0 is the staged key, 1 the primary one (docs.openstack.org/keystone/zed/admin/fernet-token-faq.html).
  for (const name of ["0", "1"])
    fs.writeFileSync(
      path.join(places.keys, name),
      `${randomBytes(32).toString("base64").replaceAll("+", "-").replaceAll("/", "_")}`,
      { mode: 0o600 },
    );
  fs.writeFileSync(places.keystone, keystoneSettings(directory));
  fs.writeFileSync(places.clouds, cloudsFile(ports, secrets), { mode: 0o600 });
  for (const name of REGIONS) writeRegion(directory, name, { ports, secrets });
  const [first, ...others] = REGIONS;
  await Promise.all([
    bootstrap(directory, { ports, secrets }),
    runTool("glance-manage", ["--config-file", places.glance(first), "db_sync"]),
  ]);
  await Promise.all([places.keystoneDatabase, places.glanceDatabase(first)].map(allowReaders));
  for (const name of others) fs.copyFileSync(places.glanceDatabase(first), places.glanceDatabase(name));
  return { ports, secrets };
}

function writeRegion(directory: string, name: RegionName, { ports, secrets }: Prepared): void {
  const places = placesIn(directory);
  const folders = ["staging", "tasks"].map((part) => path.join(places.region(name), part));
  for (const folder of [...folders, places.images(name)])
    fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
  const settings = glanceSettings(directory, name, { ports, password: secrets.glance });
  fs.writeFileSync(places.glance(name), settings, { mode: 0o600 });
  fs.writeFileSync(path.join(places.region(name), "policy.yaml"), GLANCE_POLICY);
}

async function bootstrap(directory: string, { ports, secrets }: Prepared): Promise<void> {
  const config = ["--config-file", placesIn(directory).keystone];
  await runTool("keystone-manage", [...config, "db_sync"]);
  const names = { username: "admin", "project-name": "admin", "role-name": "admin", "region-id": REGIONS[0] };
  const given = { ...names, password: secrets.admin, "public-url": identityUrl(ports) };
  const flags = Object.entries(given).flatMap(([name, value]) => [`--bootstrap-${name}`, value]);
  await runTool("keystone-manage", [...config, "bootstrap", ...flags]);
}

/**
 * A write-ahead log, which the file keeps: without it a reader that has not closed its cursor makes Keystone's next
 * commit fail, "database is locked" (seen 2026-11-30; sqlite.org/wal.html).
 */
function allowReaders(database: string): Promise<void> {
  const program = "import sqlite3, sys; sqlite3.connect(sys.argv[1]).execute('PRAGMA journal_mode=WAL')";
  return runTool("/usr/bin/python3", ["-c", program, database]);
}

/** Ports of loopback that nothing uses now. */
async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from(
      { length: count },
      () =>
        new Promise<ReturnType<typeof createServer>>((resolve, reject) => {
          const server = createServer().once("error", reject);
          server.listen(0, "127.0.0.1", () => resolve(server));
        }),
    ),
  );
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
