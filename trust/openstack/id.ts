import { MalformedId } from "../problem";

/** @throws {MalformedId} when it is no id of an image */
export function parseId(given: string): string {
  const id = given.toLowerCase();
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id)) return id;
  throw new MalformedId(
    `"${given}" is not the id of an image: needed is one as 01234567-89ab-cdef-0123-456789abcdef, which \`openstack server show\` has ` +
      "under image",
  );
}
