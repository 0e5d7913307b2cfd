import { MalformedId } from "../problem";

/** RFC 1035, as in Compute Engine's names; a project may have a domain prefix (`example.com:images`). */
const NAME = "[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?";
const ID = new RegExp(
  `^(?:https://[a-z0-9.-]+/compute/(?:v1|beta)/)?(projects/(?:[a-z0-9.-]+:)?[a-z][-a-z0-9]+/global/images/(?:family/)?${NAME})/?$`,
);

/**
 * @returns `projects/…`, without any prefix
 * @throws {MalformedId} when it is neither an image nor a family
 */
export function parseId(given: string): string {
  const [, id] = ID.exec(given) ?? [];
  if (id !== undefined) return id;
  throw new MalformedId(
    `"${given}" is no image of Compute Engine: needed is projects/<project>/global/images/<image>, or …/images/family/<family>`,
  );
}
