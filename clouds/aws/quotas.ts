/** Compares the objects that a publication adds with the account's quotas in a region, before the upload. */
import { failedWith } from "../failure";
import { TAG } from "../../facts/tags";
import { describeImages } from "./api/images";
import {
  getServiceQuota,
  IMAGE_SHARING,
  IMAGES,
  PUBLIC_IMAGES,
  requestMore,
  type ServiceQuota,
  SNAPSHOTS,
} from "./api/quotas";
import type { Session } from "./api/session";
import { describeSnapshots } from "./api/snapshots";
import { tagRecord } from "./api/tags";

export interface QuotaNeeds {
  readonly region: string;
  /** Value of the tag `imprimatur:stack` on this stack's own images. */
  readonly stack: string;
  /** Number of public images of the whole stack there afterwards; absent: none of this release is public. */
  readonly publicImages?: number | undefined;
  /** Number of accounts, organisations and units that one image will be shared with, if it is large. */
  readonly grantees?: number | undefined;
  /** Names of the release's images there, each on its own snapshot. */
  readonly images: readonly string[];
}

interface QuotaFindings {
  readonly problems: string[];
  readonly warnings: string[];
}

/**
 * Service Quotas is a separate service with a separate endpoint, and a publisher may lack the permission to query it:
 * a failed query never stops a publication, and the quotas that could not be checked are reported in one line per
 * region. Concurrent copies are not checked: they complete without action, and are waited for.
 *
 * @param session with few attempts: the publication can do without the answer
 * @throws {CloudFailure} `cancelled`, and nothing else
 */
export async function checkQuotas(session: Session, needs: QuotaNeeds): Promise<QuotaFindings> {
  const findings: QuotaFindings = { problems: [], warnings: [] };
  const unchecked: { what: string; reason: string }[] = [];
  await Promise.all(
    questionsOf(session, needs).map(async ({ what, problem }) => {
      try {
        const found = await problem();
        if (found !== undefined) findings.problems.push(found);
      } catch (error) {
        if (failedWith(error, "cancelled")) throw error;
        unchecked.push({ what, reason: error instanceof Error ? error.message : String(error) });
      }
    }),
  );
  if (unchecked[0]) {
    const which = unchecked
      .map(({ what }) => what)
      .sort()
      .join(", ");
    findings.warnings.push(`${needs.region}: could not check the quota of ${which}: ${unchecked[0].reason}`);
  }
  findings.problems.sort();
  return findings;
}

interface Question {
  /** The quota's name, for messages. */
  readonly what: string;
  readonly problem: () => Promise<string | undefined>;
}

function questionsOf(session: Session, needs: QuotaNeeds): Question[] {
  const { region, stack, publicImages, grantees, images } = needs;
  const judge = async (quota: ServiceQuota, fact: string, wanted: number, instead: string) => {
    const limit = await getServiceQuota(session, quota);
    if (wanted <= limit) return undefined;
    const cure = `ask AWS for more (${requestMore(region, quota, wanted)}), or ${instead}`;
    return `${region}: ${fact}, and the account's quota is ${limit}; ${cure}`;
  };
  const questions: Question[] = [];
  if (publicImages !== undefined) {
    questions.push({
      what: "public AMIs",
      async problem() {
        const everyones = await describeImages(session, { own: [{ Name: "is-public", Values: ["true"] }] });
        const others = everyones.filter(({ Tags }) => tagRecord(Tags)[TAG.stack] !== stack).length;
        const besides = others > 0 ? ` besides ${others} that it did not make` : "";
        const fact = `this stack is to have ${count(publicImages, "public AMI")} there${besides}`;
        return judge(PUBLIC_IMAGES, fact, publicImages + others, "withdraw older releases first");
      },
    });
  }
  if (grantees !== undefined) {
    questions.push({
      what: "AMI sharing",
      problem: () =>
        judge(
          IMAGE_SHARING,
          `one AMI is to be shared with ${grantees} accounts, organisations and units there`,
          grantees,
          "share it with an organisation of theirs",
        ),
    });
  }
  if (images.length > 0) {
    const held = describeImages(session, { own: [] }, ({ Name = "" }) => Name);
    const added = held.then((names) => images.filter((name) => !names.includes(name)).length);
    const judgeAdded = async (quota: ServiceQuota, has: number, thing: string, instead: string) => {
      const more = await added;
      if (more === 0) return undefined;
      const fact = `the account has ${count(has, thing)} there, and this release adds ${more}`;
      return judge(quota, fact, has + more, instead);
    };
    questions.push(
      {
        what: "AMIs",
        problem: async () => judgeAdded(IMAGES, (await held).length, "AMI", "deregister old ones first"),
      },
      {
        what: "snapshots",
        async problem() {
          if ((await added) === 0) return undefined;
          const { length: has } = await describeSnapshots(session, { own: [] }, () => undefined);
          return judgeAdded(SNAPSHOTS, has, "snapshot", "delete old ones first");
        },
      },
    );
  }
  return questions;
}

function count(number: number, thing: string): string {
  return `${number} ${thing}${number === 1 ? "" : "s"}`;
}
