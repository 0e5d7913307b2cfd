import { Provider } from "@pulumi/aws/provider";
import * as pulumi from "@pulumi/pulumi";
import type { AwsConfig } from "../../config/aws/schema";
import type { Architecture, ReleaseState } from "../../config/release";
import type { OpenArgs, OpenCloud } from "../cloud";
import { CopyTurns } from "./copy-turns";
import { planRelease } from "./plan";
import {
  movePointers,
  planPointers,
  type Pointed,
  type Pointer,
  type PointerPlan,
  pointerTable,
} from "./pointers";
import { AwsRelease } from "./release";

interface Made {
  readonly release: AwsRelease;
  readonly state: ReleaseState;
  readonly recorded: Promise<pulumi.Resource[]> | undefined;
}

/** One provider for all regions and releases: each resource has its own region. */
export function openAws(args: OpenArgs<AwsConfig>): OpenCloud {
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
  const made = new Map<string, Made>();
  const turns = new CopyTurns();
  let pointers: readonly Pointer[] = [];
  const imageFor = ({ version, architecture, region }: PointerPlan): Pointed => {
    const pointed = made.get(version)?.release.pointed(architecture, region);
    if (pointed === undefined) throw new Error(`a pointer to release ${version}, which was not published`);
    return pointed;
  };
  return {
    cloud: "aws",
    publish: (build, options, recorded) => {
      const plan = planRelease(args, build);
      // A withdrawn release does not wait for another release's copies.
      const isPublished = build.release.state === "published";
      const inTurn = isPublished ? turns : undefined;
      const release = new AwsRelease(
        plan.name,
        plan,
        { ...options, providers: [provider] },
        args.closings,
        inTurn,
      );
      made.set(build.release.version, { release, state: build.release.state, recorded });
      return release;
    },
    shared: () => pointers.map(({ parameter }) => parameter),
    pointers: () => pointers.map(({ parameter }) => parameter),
    // Images are shared, then pointers move to them, and only then are their predecessors deprecated.
    finish: () => {
      const releases = [...made.values()];
      for (const [version, { release, state, recorded }] of made)
        if (state !== "withdrawn") release.share([], recorded, args.agreed?.(version));
      pointers = movePointers(planPointers(args), imageFor);
      const movedAway = (architecture: Architecture, region: string) =>
        pointers
          .filter(({ plan }) => plan.architecture === architecture && plan.region === region)
          .map(({ parameter }) => parameter);
      for (const { release, state } of releases) {
        if (state !== "withdrawn") release.deprecate(state === "deprecated" ? movedAway : () => []);
      }
      return pointers.length > 0 ? { pointers: pulumi.output(pointerTable(pointers)) } : undefined;
    },
    settle: (report) => {
      for (const { release, state } of made.values()) {
        if (state !== "withdrawn") continue;
        release.share([report]);
        release.deprecate(() => [report]);
      }
    },
  };
}
