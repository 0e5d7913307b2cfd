/**
 * OpenStack for the rehearsal, and no stand-in: Keystone and Glance themselves, from Debian's packages, as processes of
 * this user below one folder. Two regions, projects of a publisher, a partner and a stranger.
 */
import path from "node:path";
import type { CloudOptions, RunningCloud } from "../cloud";
import { makeAccounts, signInAsAdmin } from "./accounts";
import { inventoryOf } from "./inventory";
import { keepPrepared, prepare, readPrepared } from "./prepare";
import { type Service, startService } from "./processes";
import { refuseMissing } from "./programs";
import { identityUrl, placesIn, REGIONS } from "./settings";

/** Milliseconds that an administrator's token is used for: half of its hour. */
const TOKEN_LIFE = 1_800_000;

/** @throws one line with the command that installs what is missing */
export async function start({ directory, log }: CloudOptions): Promise<RunningCloud> {
  refuseMissing();
  const places = placesIn(directory);
  const kept = readPrepared(directory);
  if (kept?.projects === undefined) log?.("makes its databases, once");
  const prepared = kept?.projects === undefined ? await prepare(directory) : kept;
  const { ports } = prepared;
  const services: Service[] = [];
  const stop = async () => void (await Promise.all(services.map((service) => service.stop())));
  try {
    services.push(
      await startService(
        "Keystone",
        [
          ...["keystone-wsgi-public", "--host", "127.0.0.1", "--port", String(ports.keystone)],
          ...["--", "--config-file", places.keystone],
        ],
        { url: identityUrl(ports), log: path.join(directory, "keystone.log") },
      ),
    );
    if (prepared.projects === undefined)
      keepPrepared(directory, { ...prepared, projects: await makeAccounts(ports, prepared.secrets) });
    const started = await Promise.allSettled(
      REGIONS.map((name) =>
        startService(`Glance of ${name}`, ["glance-api", "--config-file", places.glance(name)], {
          url: `http://127.0.0.1:${ports.glance[name]}/versions`,
          log: path.join(places.region(name), "glance.log"),
        }),
      ),
    );
    for (const each of started) if (each.status === "fulfilled") services.push(each.value);
    for (const each of started) if (each.status === "rejected") throw each.reason;
  } catch (error) {
    await stop();
    throw error;
  }
  // Glance asks Keystone about each new token, which is most of what a list costs; one lives for an hour.
  let signedIn: { readonly at: number; readonly as: ReturnType<typeof signInAsAdmin> } | undefined;
  const admin = () => {
    if (signedIn === undefined || Date.now() - signedIn.at > TOKEN_LIFE)
      signedIn = { at: Date.now(), as: signInAsAdmin(ports, prepared.secrets.admin) };
    return signedIn.as;
  };
  return {
    port: ports.keystone,
    environment: () => ({
      OS_CLIENT_CONFIG_FILE: places.clouds,
      OS_CLOUD: "publisher",
      // The same, where it is to be seen that this is no cloud of somebody's.
      OS_AUTH_URL: identityUrl(ports),
      STRANGER_OS_CLOUD: "stranger",
    }),
    inventory: async () => inventoryOf(ports, await admin()),
    // No stand-in judges here: the services' own policies do.
    rights: () => [],
    stop,
  };
}
