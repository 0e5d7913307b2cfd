/** An image as seen by another account. */
import type { Image } from "@aws-sdk/client-ec2";
import { type Finding, finding, sightFindings, type Subject } from "../finding";
import type { ExpectedImage } from "./expectations";
import { imageSubject } from "./subject";

/** An image and its snapshot as seen by a stranger. */
interface StrangerView {
  /** 12 digits. */
  readonly account: string;
  readonly image?: Image;
  readonly snapshot: boolean;
}

export function compareForStranger(expected: ExpectedImage, sight: StrangerView, now: Date): Finding[] {
  const { access, snapshotId } = expected;
  if (access === undefined) return [];
  const accounts = access.public || access.accounts.includes(sight.account);
  // The stranger's organisation is unknown here.
  const open = accounts || (access.arns.length > 0 ? undefined : false);
  if (open === undefined) return [];
  const image = imageSubject(expected);
  const snapshot: Subject = { ...image, object: { kind: "snapshot", id: snapshotId ?? "" } };
  const seen = [
    { subject: image, visible: sight.image !== undefined && sight.image.State === "available" },
    ...(snapshotId === undefined ? [] : [{ subject: snapshot, visible: sight.snapshot }]),
  ];
  const findings = seen.flatMap(({ subject, visible }) =>
    sightFindings(
      subject,
      { open, visible },
      {
        hidden: "look at the account's public access settings, and ask AWS",
        seen: "look at who it is shared with, and take it back",
      },
    ),
  );
  const date = sight.image?.DeprecationTime;
  if (open && expected.current && date !== undefined && Date.parse(date) <= now.getTime()) {
    findings.push(
      finding(image, {
        field: "deprecation time",
        expected: expected.deprecationTime ?? "none that is over",
        found: date,
        kind: "hidden",
        repair: "none",
        cure: "others do not find it in lists any more: publish a newer release, or give it a later `deprecateOn`",
        seenBy: "stranger",
      }),
    );
  }
  return findings;
}
