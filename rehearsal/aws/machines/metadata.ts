import { randomBytes } from "node:crypto";
import http from "node:http";
import type { AddressInfo } from "node:net";
import type { Instance } from "../state/records";

/** Values by path: an object is a directory, and lists its names. */
interface Directory {
  readonly [name: string]: string | Directory;
}

export interface MetadataService {
  readonly port: number;
  close(): void;
}

const LONGEST_TOKEN_SECONDS = 21_600;

/**
 * An instance's metadata service, as far as an image's first boot needs it: IMDSv2 sessions, user data, metadata and
 * the instance identity document. Without the document's signatures, which only AWS can make. Paths and answers: EC2
 * User Guide, "Instance metadata categories" and "Use the Instance Metadata Service", 2026-11.
 */
export async function serveMetadata(instance: Instance): Promise<MetadataService> {
  const tokens = new Map<string, number>();
  const tree = treeOf(instance);
  const server = http.createServer((request, response) => {
    const say = (status: number, body: string | Buffer = "") => {
      response.writeHead(status, { "content-type": "text/plain", "content-length": Buffer.byteLength(body) });
      response.end(body);
    };
    const path = (request.url ?? "/").split("?")[0]!.split("/").filter(Boolean);
    if (!instance.metadata.enabled) return say(403);
    if (request.method === "PUT" && path.join("/") === "latest/api/token") {
      const seconds = Number(request.headers["x-aws-ec2-metadata-token-ttl-seconds"]);
      if (!(seconds >= 1 && seconds <= LONGEST_TOKEN_SECONDS)) return say(400);
      const token = randomBytes(40).toString("base64");
      tokens.set(token, Date.now() + seconds * 1000);
      return say(200, token);
    }
    if (request.method !== "GET") return say(405);
    const token = request.headers["x-aws-ec2-metadata-token"];
    const valid = typeof token === "string" && (tokens.get(token) ?? 0) > Date.now();
    if (!valid && (token !== undefined || instance.metadata.tokens === "required")) return say(401);
    const [version, ...rest] = path;
    if (version === undefined || !/^(latest|\d{4}-\d\d-\d\d)$/.test(version)) return say(404);
    if (rest.join("/") === "user-data") {
      return instance.userData === undefined ? say(404) : say(200, Buffer.from(instance.userData, "base64"));
    }
    const found = rest.reduce<string | Directory | undefined>(
      (at, name) => (typeof at === "object" ? at[name] : undefined),
      tree,
    );
    if (found === undefined) return say(404);
    return say(200, typeof found === "string" ? found : listing(found));
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

function listing(directory: Directory): string {
  return Object.entries(directory)
    .map(([name, value]) => (typeof value === "string" ? name : `${name}/`))
    .join("\n");
}

function treeOf(instance: Instance): Directory {
  const { id, region, owner, imageId, instanceType, architecture, mac, address, interfaceId } = instance;
  const zone = `${region}a`;
  const hostname = `ip-${address.replaceAll(".", "-")}.${region}.compute.internal`;
  const document = {
    accountId: owner,
    architecture,
    availabilityZone: zone,
    imageId,
    instanceId: id,
    instanceType,
    pendingTime: new Date(instance.createdAt).toISOString(),
    privateIp: address,
    region,
    version: "2017-09-30",
  };
  return {
    "meta-data": {
      "ami-id": imageId,
      hostname,
      "instance-id": id,
      "instance-type": instanceType,
      "local-hostname": hostname,
      "local-ipv4": address,
      mac,
      network: {
        interfaces: {
          macs: {
            [mac]: {
              "device-number": "0",
              "interface-id": interfaceId,
              "local-hostname": hostname,
              "local-ipv4s": address,
              mac,
              "owner-id": owner,
            },
          },
        },
      },
      placement: { "availability-zone": zone, region },
      "reservation-id": `r-${id.slice(2)}`,
    },
    dynamic: { "instance-identity": { document: JSON.stringify(document, null, 2) } },
  };
}
