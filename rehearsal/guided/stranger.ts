import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { PROJECT } from "../place";
import { runProduct } from "./product";

/** A stranger's query, as arguments of `imprimatur verify`. */
interface Question {
  cloud: string;
  args: string[];
}

/** Results of `imprimatur verify`, a line for each cloud. */
export interface StrangersCheck {
  /** The command line of the first of them. */
  command: string;
  lines: string[];
}

/**
 * Checks one image on each cloud against the record, as someone with the record, the public key, and an account of
 * their own. `undefined`: there is no record.
 *
 * @param record path of the record, relative to the project
 * @throws when one is not genuine
 */
export async function checkAsStranger(
  env: Readonly<Record<string, string>>,
  record: string,
  publicKey: string,
): Promise<StrangersCheck | undefined> {
  const file = resolve(PROJECT, record);
  if (!existsSync(file)) return undefined;
  const trust = ["--record", record, "--key", publicKey];
  const asked = questions(readFileSync(file, "utf8")).map(({ cloud, args }) => [
    "verify",
    cloud,
    ...args,
    ...trust,
  ]);
  const lines = await Promise.all(asked.map((args) => verify(args, strangersEnvironment(env))));
  return { command: `npx imprimatur ${asked[0]?.join(" ") ?? ""}`, lines };
}

/** One image of each cloud in the record, by its public id. */
function questions(record: string): Question[] {
  const { dsseEnvelope } = JSON.parse(record) as { dsseEnvelope: { payload: string } };
  const statement = JSON.parse(Buffer.from(dsseEnvelope.payload, "base64").toString()) as {
    predicate: { objects: { annotations: Facts }[] };
  };
  const images = statement.predicate.objects
    .map(({ annotations }) => annotations)
    .filter(({ kind }) => kind === "image");
  const clouds = [...new Set(images.map(({ cloud }) => cloud))];
  return clouds.flatMap((cloud) => {
    const image = images.findLast((image) => image.cloud === cloud);
    if (!image) return [];
    const region = cloud === "gcp" ? [] : ["--region", image.region];
    return [{ cloud, args: [image.publicId ?? image.id, ...region] }];
  });
}

interface Facts {
  cloud: string;
  region: string;
  kind: string;
  id: string;
  publicId?: string;
}

function strangersEnvironment(env: Readonly<Record<string, string>>): Record<string, string> {
  const own = Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) =>
      name.startsWith("STRANGER_") ? [[name.slice("STRANGER_".length), value]] : [],
    ),
  );
  return { ...env, ...own, GOOGLE_OAUTH_ACCESS_TOKEN: own["GCP_TOKEN"] ?? "", IMPRIMATUR_SIGNING_KEY: "" };
}

async function verify(args: string[], env: Record<string, string>): Promise<string> {
  const { status, out, err } = await runProduct(args, env);
  if (status === 0 || status === 4) return out;
  throw new Error(`imprimatur ${args.join(" ")}: ${out || err || `exit ${status}`}`);
}
