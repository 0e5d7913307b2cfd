/** Queries Google Cloud for everything in a stack's state, and for unknown objects. */
import { LABEL } from "../../facts/tags";
import { distinctLabel } from "../../config/gcp/names";
import { openGoogleSession } from "../../clouds/gcp/api/session";
import { getImagePolicy } from "../../clouds/gcp/api/image-policy";
import { findImage, findNewestOf, listImages, seenImage, seenNewestOf } from "../../clouds/gcp/api/images";
import { findBucket } from "../../clouds/gcp/api/objects";
import type { Audit } from "../input";
import { explains } from "../collector";
import {
  compareBucket,
  compareFamily,
  type ExpectedFamily,
  compareFamilyForStranger,
  compareForStranger,
  compareImage,
  explainsFamily,
  extraImages,
} from "./compare";
import { expectedBuckets, type ExpectedImage, expectedOfGcp } from "./expectations";

export async function auditGcp(audit: Audit): Promise<void> {
  const { deployment, collector, signal } = audit;
  const images = expectedOfGcp(deployment);
  const buckets = expectedBuckets(deployment);
  const projects = [...new Set(images.map(({ project }) => project))];
  if (projects.length + buckets.length === 0) return;
  const session = openGoogleSession(signal, collector);
  await Promise.all([
    ...images.map(async (expected) => {
      const place = { project: expected.project, image: expected.name };
      // A failed query does not mean "gone".
      const found = await collector.ask(async () => ({ image: await findImage(session, place) }));
      if (found === undefined) return;
      collector.count("images");
      const { image } = found;
      const policy = image && (await collector.ask(() => getImagePolicy(session, place)));
      collector.found(
        ...compareImage(expected, image && { image, ...(policy && { bindings: policy.bindings ?? [] }) }),
      );
    }),
    ...buckets.map(async (expected) => {
      const found = await collector.ask(async () => ({ bucket: await findBucket(session, expected.name) }));
      if (found === undefined) return;
      collector.count("buckets");
      collector.found(...compareBucket(expected, found.bucket));
    }),
    ...familiesOf(images).map(async (family) => {
      const found = await collector.ask(async () => ({
        answer: await findNewestOf(session, family),
      }));
      if (found === undefined) return;
      collector.count("families");
      collector.found(...compareFamily({ ...family, ...(found.answer && { answer: found.answer }) }));
    }),
    ...projects.map(async (project) => {
      const { identity } = deployment;
      const stack = identity?.stack ?? labelOf(images, LABEL.stack);
      const product = identity?.product ?? labelOf(images, LABEL.product);
      if (stack === undefined || product === undefined) return;
      const filter = `(labels.${LABEL.stack} = "${distinctLabel(stack)}") (labels.${LABEL.product} = "${distinctLabel(product)}")`;
      const labelled = await collector.ask(() => listImages(session, project, filter));
      const known = new Set(images.filter((image) => image.project === project).map(({ name }) => name));
      if (labelled) collector.found(...extraImages(project, known, labelled));
    }),
  ]);
  await lookAsStranger(audit, images);
}

function labelOf(images: readonly ExpectedImage[], label: string): string | undefined {
  return images.map(({ labels }) => labels[label]).find((value) => value !== undefined);
}

function familiesOf(images: readonly ExpectedImage[]): ExpectedFamily[] {
  const families = new Map<string, ExpectedFamily & { candidates: string[] }>();
  for (const { project, name, family, deprecation } of images) {
    if (family === undefined) continue;
    const key = `${project}/${family}`;
    const held = families.get(key) ?? { project, family, candidates: [] };
    if (deprecation.state === "ACTIVE") held.candidates.push(name);
    families.set(key, held);
  }
  return [...families.values()];
}

async function lookAsStranger(
  { collector, signal, env }: Audit,
  images: readonly ExpectedImage[],
): Promise<void> {
  const token = env.STRANGER_GCP_TOKEN;
  if (!token) return;
  collector.stranger = true;
  const session = openGoogleSession(signal, { status: collector.status, policy: collector.policy, token });
  await Promise.all(
    images.map(async (expected) => {
      const { project, name, family } = expected;
      const sight = await collector.ask(async () => {
        const image = await seenImage(session, { project, image: name });
        const newest = family === undefined ? undefined : await seenNewestOf(session, { project, family });
        return { image: image !== undefined, ...(newest && { family: newest.name }) };
      });
      if (!sight) return;
      collector.foundByStranger(...compareForStranger(expected, sight));
      collector.foundUnless(
        (owners, strangers) => explains(owners, strangers) || explainsFamily(expected, owners),
        compareFamilyForStranger(expected, sight),
      );
    }),
  );
}
