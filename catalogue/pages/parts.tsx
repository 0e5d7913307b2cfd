/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import { CLOUD_LABELS, type Cloud } from "../../facts/clouds";
import type { CatalogueProduct, CatalogueRelease, CatalogueState } from "../model";
import { Time } from "./layout";

const STATE_WORDS: Readonly<Record<CatalogueState, string>> = {
  published: "Published",
  deprecated: "Deprecated",
  withdrawn: "Withdrawn",
  deleted: "Deleted",
  recorded: "Recorded",
};

/** Words and colour, never colour alone. */
export function StateBadge({ release }: { readonly release: Pick<CatalogueRelease, "state" | "isOver"> }) {
  const { state, isOver } = release;
  const isEnded = isOver && (state === "published" || state === "deprecated");
  return (
    <span class={`badge state-${isEnded ? "over" : state}`}>
      {isEnded ? "Support ended" : STATE_WORDS[state]}
    </span>
  );
}

/** Official or not: in words, first of all. */
export function ProvenanceBadge({
  of: { provenance, publisher },
}: {
  readonly of: Pick<CatalogueRelease, "provenance" | "publisher">;
}) {
  return provenance === "official" ? (
    <span class="badge official">
      Official, by <bdi>{publisher}</bdi>
    </span>
  ) : (
    <span class="badge unofficial">
      Not official: based on <bdi>{provenance.basedOn}</bdi>
    </span>
  );
}

/** What nobody may miss who is about to use an image that is not the base's own. */
export function UnofficialNotice({
  of: { provenance, publisher },
}: {
  readonly of: Pick<CatalogueProduct, "provenance" | "publisher">;
}) {
  if (provenance === "official") return <></>;
  return (
    <p class="notice unofficial" role="note">
      <strong>
        This is not an official image of <bdi>{provenance.basedOn}</bdi>.
      </strong>{" "}
      <bdi>{publisher}</bdi> made it from <bdi>{provenance.basedOn}</bdi>, and answers for it alone.
    </p>
  );
}

/** Why nobody should use it, or what to know before. */
export function StateNotice({
  release,
  newer,
}: {
  readonly release: CatalogueRelease;
  /** Where to go instead; absent: this is the newest. */
  readonly newer?: { readonly version: string; readonly href: string };
}) {
  const { state, withdrawnOn, reason, isOver, endOfLife, deprecateOn } = release;
  const instead = newer && (
    <>
      {" "}
      Use <a href={newer.href}>{newer.version}</a> instead.
    </>
  );
  if (state === "withdrawn")
    return (
      <div class="notice danger" role="note">
        <strong>
          Withdrawn
          {withdrawnOn && (
            <>
              {" "}
              on <Time at={withdrawnOn} />
            </>
          )}
          : do not use it.
        </strong>{" "}
        {reason === undefined ? (
          "The publisher gives no reason."
        ) : (
          <>
            Reason: <bdi>{reason}</bdi>
          </>
        )}
        {instead}
      </div>
    );
  if (isOver && endOfLife)
    return (
      <p class="notice danger" role="note">
        <strong>
          Its support ended on <Time at={endOfLife} />.
        </strong>
        {instead}
      </p>
    );
  if (state === "deprecated")
    return (
      <p class="notice warning" role="note">
        <strong>
          Deprecated
          {deprecateOn && (
            <>
              {" "}
              since <Time at={deprecateOn} />
            </>
          )}
          .
        </strong>
        {reason && (
          <>
            {" "}
            <bdi>{reason}</bdi>.
          </>
        )}
        {instead}
      </p>
    );
  if (state === "deleted")
    return (
      <p class="notice warning" role="note">
        <strong>Deleted in every cloud.</strong> Its record stays true for those who still run it.{instead}
      </p>
    );
  if (newer)
    return (
      <p class="notice info" role="note">
        A newer release is out: <a href={newer.href}>{newer.version}</a>.
      </p>
    );
  return <></>;
}

export function Source({ of }: { readonly of: "record" | "notice" | "stack" }) {
  return <span class={`source source-${of}`}>{of === "stack" ? "stack" : "signed"}</span>;
}

export function cloudLabel(cloud: Cloud): string {
  return CLOUD_LABELS[cloud];
}

export function count(number: number, thing: string): string {
  return `${number} ${thing}${number === 1 ? "" : "s"}`;
}
