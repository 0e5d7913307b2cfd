import { GIB } from "../../../facts/units";
import type { Properties } from "../../../plugin/resource";
import { askGoogle } from "../administrator";
import type { Harness } from "../../unit/provider/harness";

/** A request as the project's administrator; returns once its operation is done. */
export async function google(method: string, path: string, body?: object): Promise<unknown> {
  const answer = await ask(method, path, body);
  if (answer.kind !== "compute#operation") return answer;
  const [, project] = /projects\/([^/]+)/.exec(path) ?? [];
  const operation = `/compute/v1/projects/${project}/global/operations/${String(answer.name)}`;
  let { status } = answer;
  while (status !== "DONE") ({ status } = await ask("POST", `${operation}/wait`));
  return answer;
}

async function ask(method: string, path: string, body?: object): Promise<Properties> {
  const answer = await askGoogle(method, path, body);
  if (!answer.ok) throw new Error(`${method} ${path}: ${await answer.text()}`);
  return answer.json() as Promise<Properties>;
}

export interface TestImage {
  readonly place: { readonly project: string; readonly image: string };
  /** Everyone who may use it, sorted. */
  users(): Promise<string[]>;
  share(members: readonly string[]): Promise<void>;
  /** Google's response about it. */
  seen(): Promise<Properties>;
}

/** A small image in the stand-in, made by our own resources, of the stack `dev`. */
export async function makeGoogleImage(harness: Harness, name: string): Promise<TestImage> {
  const project = process.env.GCP_PROJECT ?? "";
  const path = `/compute/v1/projects/${project}/global/images/${name}`;
  await google("POST", `/storage/v1/b?project=${project}`, { name: "archives" });
  await harness.disk(GIB, [0, 1]);
  const place = { project, bucket: "archives", object: `${name}.tar.gz` };
  const archive = { ...place, metadata: {}, keep: true, neededFor: "1", ...harness.diskInputs() };
  const { outputs } = await harness.handler("gcp:ImageArchive").create(archive, harness.call());
  const image = {
    ...{ project, imageName: name, description: `demo, sha256:${"5a".repeat(32)}`, diskSizeGb: 1 },
    ...{ guestOsFeatures: [], licenses: [], storageLocations: [], source: outputs.source },
    labels: { "imprimatur-stack": "dev" },
  };
  await harness.handler("gcp:Arm64Image").create(image, harness.call());
  return {
    place: { project, image: name },
    async users() {
      const policy = (await google("GET", `${path}/getIamPolicy`)) as { bindings?: { members: string[] }[] };
      return (policy.bindings ?? []).flatMap(({ members }) => members).sort();
    },
    async share(members) {
      const bindings = members.length > 0 ? [{ role: "roles/compute.imageUser", members }] : [];
      await google("POST", `${path}/setIamPolicy`, { policy: { bindings } });
    },
    seen: async () => (await google("GET", path)) as Properties,
  };
}
