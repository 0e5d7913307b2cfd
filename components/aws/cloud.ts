import { Provider } from "@pulumi/aws/provider";
import * as pulumi from "@pulumi/pulumi";
import type { AwsConfig } from "../../config/aws/schema";
import type { ReleaseState } from "../../config/release";
import { type OpenArgs, type OpenCloud, plannedRelease } from "../cloud";
import { CopyTurns } from "./copy-turns";
import type { AwsPlan } from "./plan";
import { movedAway, movePointers, planPointers, type Pointer, pointerTable } from "./pointers";
import { AwsRelease } from "./release";

/** A release whose images are verified. */
interface Verified {
  readonly version: string;
  readonly state: ReleaseState;
  readonly release: AwsRelease;
  readonly recorded: Promise<pulumi.Resource[]> | undefined;
}

/** One provider for all regions and releases: each resource has its own region. */
export function openAws(args: OpenArgs<AwsConfig, AwsPlan>): OpenCloud {
  const { homeRegion, accountId } = args.config;
  const provider = new Provider(
    "aws",
    {
      region: homeRegion,
      // The preflight validates the credentials, and a preview must work offline: by default the plugin queries IAM
      // and STS for the account at start. To restrict the credentials to one account it must query, and then uses STS
      // alone.
      skipCredentialsValidation: accountId === undefined,
      skipRequestingAccountId: accountId === undefined,
      ...(accountId !== undefined && { allowedAccountIds: [accountId] }),
    },
    { dependsOn: [...args.after] },
  );
  const verified: Verified[] = [];
  const turns = new CopyTurns();
  let pointers: readonly Pointer[] = [];
  return {
    cloud: "aws",
    publish: ({ release: { version, state } }, options, recorded) => {
      const plan = plannedRelease(args, version);
      // A withdrawn release does not wait for another release's copies.
      const inTurn = state === "published" ? turns : undefined;
      const release = new AwsRelease(
        plan.name,
        plan,
        { ...options, providers: [provider] },
        args.closings,
        inTurn,
      );
      verified.push({ version, state, release, recorded });
      return release;
    },
    shared: () => pointers.map(({ parameter }) => parameter),
    pointers: () => pointers.map(({ parameter }) => parameter),
    // Images are shared, then pointers move to them, and only then are their predecessors deprecated.
    finish: () => {
      const shared = new Map(
        verified
          .filter(({ state }) => state !== "withdrawn")
          .map(({ version, release, recorded }) => [
            version,
            release.share([], recorded, args.agreed?.(version)),
          ]),
      );
      pointers = movePointers(planPointers(args), shared);
      for (const { version, state } of verified)
        shared.get(version)?.deprecate(state === "deprecated" ? movedAway(pointers) : () => []);
      return pointers.length > 0 ? { pointers: pulumi.output(pointerTable(pointers)) } : undefined;
    },
    settle: (report) => {
      for (const { release, state } of verified)
        if (state === "withdrawn") release.share([report]).deprecate(() => [report]);
    },
  };
}
