/** The calls of EC2 on AMIs. */
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

/** Who may start instances: exactly one of them; `all` is everyone. */
export interface LaunchPermission {
  Group?: "all";
  UserId?: string;
  OrganizationArn?: string;
  OrganizationalUnitArn?: string;
}

/** By id, anybody's; or the account's own that all of the filters fit. */
export type ImagesAsked = { readonly ids: readonly string[] } | { readonly own: readonly Filter[] };

/**
 * AMIs, deprecated and disabled ones too: a disabled one keeps its name and its tags, and is left out unless it is asked for (EC2
 * API reference, DescribeImages, read 2026-11).
 *
 * @param keep what of each AMI: an account may have 50,000
 * @throws {CloudFailure} `absent`: one of the ids is unknown, or not for these credentials
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
  // The number of results is refused beside ids.
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

/** `undefined`: there is no such AMI, or not for these credentials. */
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

/** RFC 3339; `undefined`: never, as far as AWS tells. */
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

/** @param when asked anew for each try */
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
