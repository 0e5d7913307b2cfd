/** EC2 calls on AMIs. */
import {
  DeregisterImageCommand,
  DescribeImageAttributeCommand,
  DescribeImagesCommand,
  DisableImageDeprecationCommand,
  EnableImageDeprecationCommand,
  type Filter,
  type Image,
  type LaunchPermissionModifications,
  ModifyImageAttributeCommand,
} from "@aws-sdk/client-ec2";
import { allPages, PAGE, someNames } from "./pages";
import { call, ifPresent, type Session } from "./session";

/** A grantee of launch permission: exactly one of the fields is set; `all` is everyone. */
export interface LaunchPermission {
  Group?: "all";
  UserId?: string;
  OrganizationArn?: string;
  OrganizationalUnitArn?: string;
}

/** By id, of any owner; or the account's own that match all filters. */
type ImagesAsked = { readonly ids: readonly string[] } | { readonly own: readonly Filter[] };

/**
 * Lists AMIs, including deprecated and disabled ones: a disabled AMI keeps its name and its tags, and is omitted by
 * default (EC2 API reference, DescribeImages, read 2026-11).
 *
 * @param keep selects the part of each AMI to keep in memory: an account may have 50,000
 * @throws {CloudFailure} `absent`: one of the ids is unknown, or not visible to these credentials
 */
export function describeImages(session: Session, asked: ImagesAsked): Promise<Image[]>;
export function describeImages<T>(
  session: Session,
  asked: ImagesAsked,
  keep: (image: Image) => T,
): Promise<T[]>;
export function describeImages<T>(
  session: Session,
  asked: ImagesAsked,
  keep: (image: Image) => T = (image) => image as T,
): Promise<T[]> {
  // MaxResults is not accepted together with ids.
  const which =
    "ids" in asked
      ? { ImageIds: [...asked.ids] }
      : { Owners: ["self"], Filters: asked.own.length > 0 ? [...asked.own] : undefined, MaxResults: PAGE };
  const what = ["DescribeImages", ...("ids" in asked ? [someNames(asked.ids)] : [])].join(" ");
  return allPages(async (NextToken) => {
    const command = new DescribeImagesCommand({
      ...which,
      IncludeDeprecated: true,
      IncludeDisabled: true,
      NextToken,
    });
    const answer = await call(session, what, (abortSignal) =>
      session.clients.ec2.send(command, { abortSignal }),
    );
    return { items: (answer.Images ?? []).map(keep), next: answer.NextToken };
  });
}

/** `undefined`: there is no such AMI, or it is not visible to these credentials. */
export async function describeImage(session: Session, id: string): Promise<Image | undefined> {
  return (await ifPresent(describeImages(session, { ids: [id] })))?.[0];
}

export async function launchPermissionsOf(session: Session, ImageId: string): Promise<LaunchPermission[]> {
  const command = new DescribeImageAttributeCommand({ ImageId, Attribute: "launchPermission" });
  const answer = await call(session, `DescribeImageAttribute ${ImageId}`, (abortSignal) =>
    session.clients.ec2.send(command, { abortSignal }),
  );
  return answer.LaunchPermissions ?? [];
}

/** RFC 3339; `undefined`: AWS reports no launch. */
export async function lastLaunchOf(session: Session, ImageId: string): Promise<string | undefined> {
  const command = new DescribeImageAttributeCommand({ ImageId, Attribute: "lastLaunchedTime" });
  const answer = await call(session, `DescribeImageAttribute ${ImageId}`, (abortSignal) =>
    session.clients.ec2.send(command, { abortSignal }),
  );
  return answer.LastLaunchedTime?.Value;
}

export async function modifyLaunchPermissions(
  session: Session,
  ImageId: string,
  LaunchPermission: LaunchPermissionModifications,
): Promise<void> {
  const command = new ModifyImageAttributeCommand({
    ImageId,
    Attribute: "launchPermission",
    LaunchPermission,
  });
  await call(session, `ModifyImageAttribute ${ImageId}`, (abortSignal) =>
    session.clients.ec2.send(command, { abortSignal }),
  );
}

/** @param when evaluated for each attempt */
export async function enableImageDeprecation(
  session: Session,
  ImageId: string,
  when: () => Date,
): Promise<void> {
  await call(session, `EnableImageDeprecation ${ImageId}`, (abortSignal) =>
    session.clients.ec2.send(new EnableImageDeprecationCommand({ ImageId, DeprecateAt: when() }), {
      abortSignal,
    }),
  );
}

export async function disableImageDeprecation(session: Session, ImageId: string): Promise<void> {
  await call(session, `DisableImageDeprecation ${ImageId}`, (abortSignal) =>
    session.clients.ec2.send(new DisableImageDeprecationCommand({ ImageId }), { abortSignal }),
  );
}

export async function deregisterImage(session: Session, ImageId: string): Promise<void> {
  await call(session, `DeregisterImage ${ImageId}`, (abortSignal) =>
    session.clients.ec2.send(new DeregisterImageCommand({ ImageId }), { abortSignal }),
  );
}
