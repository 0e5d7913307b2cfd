/** An image definition that is expected against the one that was seen: pure. */
import type { GalleryDefinition } from "../../clouds/azure/observe";
import { type Finding, finding, gone, sameMinute, tagFindings } from "../finding";
import type { ExpectedDefinition } from "./expectations";
import { subjectOf } from "./subject";

/** What can be changed after a definition was made (Azure REST reference, Gallery Images, Update, 2026-11). */
export const DEFINITION_FIELDS = [
  "description",
  "eula",
  "privacyStatementUri",
  "releaseNoteUri",
  "endOfLifeDate",
  "recommended",
  "disallowed",
] as const;

export function compareDefinition(
  expected: ExpectedDefinition,
  seen: GalleryDefinition | undefined,
): Finding[] {
  const subject = subjectOf("definition", expected.id);
  if (seen === undefined) return [gone(subject, "`pulumi up --refresh` makes it again, with its versions")];
  const fields = DEFINITION_FIELDS.flatMap((field): Finding[] => {
    const [want, have] = [spell(expected.fields[field]), spell(seen.properties[field])];
    const isSame = field === "endOfLifeDate" ? sameMinute(want, have) : want === have;
    if (isSame) return [];
    const kind = want === undefined ? "extra" : have === undefined ? "missing" : "changed";
    return [finding(subject, { field, expected: want ?? "none", found: have ?? "none", kind })];
  });
  return [...tagFindings(subject, expected.tags, seen.tags ?? {}, { whole: true }), ...fields];
}

/** The same text for the same value, whatever the order of its parts; an empty one says nothing. */
function spell(value: unknown): string | undefined {
  if (typeof value !== "object") return plainText(value);
  const text = JSON.stringify(value, (_key, inner: unknown) =>
    inner !== null && typeof inner === "object" && !Array.isArray(inner)
      ? Object.fromEntries(
          Object.entries(inner)
            .filter(([, each]) => each !== null)
            .sort(([a], [b]) => (a < b ? -1 : 1)),
        )
      : inner,
  );
  return ["null", "{}", "[]"].includes(text) ? undefined : text;
}

function plainText(value: unknown): string | undefined {
  const isPlain = typeof value === "string" || typeof value === "number" || typeof value === "boolean";
  return isPlain ? String(value) || undefined : undefined;
}
