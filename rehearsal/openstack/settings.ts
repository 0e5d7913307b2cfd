/**
 * Configuration of Keystone 22 and Glance 25 as a plain user, below one folder: SQLite, files, loopback. Options by
 * their own reference pages (docs.openstack.org/keystone/zed/configuration, …/glance/zed/configuration, read 2026-11).
 */
import path from "node:path";

export const REGIONS = ["RegionOne", "RegionTwo"] as const;
export type RegionName = (typeof REGIONS)[number];

/** Ports of the services; the catalog in Keystone's database names them. */
export interface Ports {
  readonly keystone: number;
  readonly glance: Readonly<Record<RegionName, number>>;
}

/** Places in the folder of the cloud. */
export function placesIn(directory: string) {
  const region = (name: RegionName) => path.join(directory, name);
  return {
    settings: path.join(directory, "settings.json"),
    clouds: path.join(directory, "clouds.yaml"),
    keystone: path.join(directory, "keystone.conf"),
    keystoneDatabase: path.join(directory, "keystone.db"),
    keys: path.join(directory, "fernet-keys"),
    region,
    glance: (name: RegionName) => path.join(region(name), "glance.conf"),
    glanceDatabase: (name: RegionName) => path.join(region(name), "glance.db"),
    images: (name: RegionName) => path.join(region(name), "images"),
  };
}

export function identityUrl({ keystone }: Ports): string {
  return `http://127.0.0.1:${keystone}/v3`;
}

/** Four rounds: passwords of nobody, and each sign-in pays for them. */
export function keystoneSettings(directory: string): string {
  const { keystoneDatabase, keys } = placesIn(directory);
  return `[DEFAULT]
use_stderr = true
[database]
connection = sqlite:///${keystoneDatabase}
[token]
provider = fernet
expiration = 3600
[fernet_tokens]
key_repository = ${keys}
[cache]
enabled = false
[identity]
password_hash_rounds = 4
`;
}

/**
 * `publicize_image` is an administrator's by default (glance/policies/image.py at c76abb08, 2026-07-22); a cloud that
 * lets a distribution publish gives it to a role.
 */
export const GLANCE_POLICY = `"publicize_image": "role:image_publisher"\n`;

export function glanceSettings(
  directory: string,
  name: RegionName,
  { ports, password }: { readonly ports: Ports; readonly password: string },
): string {
  const { region, glanceDatabase, images } = placesIn(directory);
  return `[DEFAULT]
bind_host = 127.0.0.1
bind_port = ${ports.glance[name]}
workers = 0
use_stderr = true
enabled_backends = file:file
[database]
connection = sqlite:///${glanceDatabase(name)}
[glance_store]
default_backend = file
[file]
filesystem_store_datadir = ${images(name)}
[os_glance_staging_store]
filesystem_store_datadir = ${path.join(region(name), "staging")}
[os_glance_tasks_store]
filesystem_store_datadir = ${path.join(region(name), "tasks")}
[oslo_policy]
policy_file = ${path.join(region(name), "policy.yaml")}
[keystone_authtoken]
www_authenticate_uri = ${identityUrl(ports)}
auth_url = ${identityUrl(ports)}
auth_type = password
interface = public
username = glance
password = ${password}
project_name = service
user_domain_name = Default
project_domain_name = Default
[paste_deploy]
flavor = keystone
config_file = /usr/share/glance-common/glance-api-paste.ini
`;
}
