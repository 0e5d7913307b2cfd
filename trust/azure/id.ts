import { MalformedId } from "../problem";

const GALLERIES = [
  "/CommunityGalleries/[^/\\s]+",
  "/subscriptions/[0-9a-f-]{36}/resourceGroups/[^/\\s]+/providers/Microsoft\\.Compute/galleries/[^/\\s]+",
].join("|");
const DEFINITION = new RegExp(`^(?:${GALLERIES})/images/[^/\\s]+`, "i");
const VERSION = /^\/versions\/\d+\.\d+\.\d+$/i;

/**
 * @returns the id without a trailing slash
 * @throws {MalformedId} when it is not a gallery version's, or ambiguous
 */
export function parseId(given: string): string {
  const id = given.replace(/\/+$/, "");
  const [definition] = DEFINITION.exec(id) ?? [];
  const rest = id.slice(definition?.length ?? 0);
  if (definition !== undefined && VERSION.test(rest)) return id;
  if (definition !== undefined && /^(?:\/versions(?:\/latest)?)?$/i.test(rest)) {
    throw new MalformedId(
      `"${given}" names no version, and a machine keeps the one that was latest when it was made: ` +
        `add /Versions/ and what \`az vm show --query storageProfile.imageReference.exactVersion\` says`,
    );
  }
  throw new MalformedId(
    `"${given}" is no version of a gallery: needed is /CommunityGalleries/<name>/Images/<image>/Versions/<1.2.3>, ` +
      "or the ARM id /subscriptions/…/galleries/<name>/images/<image>/versions/<1.2.3>",
  );
}
