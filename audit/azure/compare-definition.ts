/** Expected versus actual image definition. Pure. */
import type { GalleryDefinition } from "../../clouds/azure/api/galleries";
import { type Finding, finding, missingObject, sameMinute, type Subject, tagFindings } from "../finding";
import type { ExpectedDefinition } from "./expectations";
import { subjectOf } from "./subject";

/** Mutable fields of a definition (Azure REST reference, Gallery Images, Update, 2026-11). */
const DEFINITION_FIELDS = [
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
  if (seen === undefined)
    return [missingObject(subject, "`pulumi up --refresh` makes it again, with its versions")];
  const fields = DEFINITION_FIELDS.flatMap((field): Finding[] => {
    const [want, have] = [spell(expected.fields[field]), spell(seen.properties[field])];
    const isSame = field === "endOfLifeDate" ? sameMinute(want, have) : want === have;
    if (isSame) return [];
    const kind = want === undefined ? "extra" : have === undefined ? "missing" : "changed";
    return [finding(subject, { field, expected: want ?? "none", found: have ?? "none", kind })];
  });
  const features = featureFindings(subject, expected.fields.features, seen.properties.features);
  return [...tagFindings(subject, expected.tags, seen.tags ?? {}, { whole: true }), ...fields, ...features];
}

/**
 * Features are set at creation: the program never updates them (`ignoreChanges`), but others can with
 * `allowUpdateImage` (Azure REST reference, Gallery Images, 2026-11).
 */
function featureFindings(subject: Subject, expected: unknown, found: unknown): Finding[] {
  const [want, have] = [featuresIn(expected), featuresIn(found)];
  return [...new Set([...want.keys(), ...have.keys()])].flatMap((name): Finding[] => {
    const [wanted, seen] = [want.get(name), have.get(name)];
    if (meant(name, wanted?.value) === meant(name, seen?.value)) return [];
    return [
      finding(subject, {
        field: `feature ${(wanted ?? seen)?.name}`,
        expected: wanted?.value ?? "none",
        found: seen?.value ?? "none",
        kind: wanted === undefined ? "extra" : seen === undefined ? "missing" : "changed",
        repair: "none",
        cure: "`pulumi up` leaves features alone: az sig image-definition update --allow-update-image --features … sets them back",
      }),
    ];
  });
}

/** Defaults of omitted features; Azure returns some of them explicitly. */
const UNSAID: Readonly<Record<string, string>> = { securitytype: "standard", ishibernatesupported: "false" };

function meant(name: string, value: string | undefined): string | undefined {
  return value?.toLowerCase() ?? UNSAID[name];
}

/** By name in lower case; Azure ignores the case of names and values. */
function featuresIn(value: unknown): Map<string, { name: string; value: string }> {
  const list = Array.isArray(value) ? (value as { name?: unknown; value?: unknown }[]) : [];
  return new Map(
    list.map(({ name, value }) => [String(name).toLowerCase(), { name: String(name), value: String(value) }]),
  );
}

/** A canonical text of a value, independent of order; empty for no value. */
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
