/** SSM calls on parameters that hold an AMI id. */
import {
  AddTagsToResourceCommand,
  DeleteParameterCommand,
  DescribeParametersCommand,
  GetParameterCommand,
  GetParametersCommand,
  ListTagsForResourceCommand,
  type Parameter,
  type ParameterMetadata,
  type ParameterStringFilter,
  PutParameterCommand,
  RemoveTagsFromResourceCommand,
} from "@aws-sdk/client-ssm";
import { CloudFailure } from "../../failure";
import { allPages, someNames } from "./pages";
import { call, type Session } from "./session";
import { tagList, tagRecord } from "./tags";

interface ParameterValue {
  readonly value: string;
  readonly arn: string;
}

export interface NewParameter {
  readonly name: string;
  /** Id of an AMI in the region. */
  readonly value: string;
  readonly description: string;
  readonly tags: Record<string, string>;
}

/** @throws {CloudFailure} `absent`; also for a new parameter whose first value AWS has not validated yet */
export async function getParameter(session: Session, Name: string): Promise<ParameterValue> {
  const { Parameter } = await call(session, `GetParameter ${Name}`, (abortSignal) =>
    session.clients.ssm.send(new GetParameterCommand({ Name }), { abortSignal }),
  );
  return { value: Parameter?.Value ?? "", arn: Parameter?.ARN ?? "" };
}

/** @param names at most ten; unknown ones are omitted */
export async function getParameters(session: Session, names: readonly string[]): Promise<Parameter[]> {
  const command = new GetParametersCommand({ Names: [...names] });
  const { Parameters } = await call(session, `GetParameters ${someNames(names)}`, (abortSignal) =>
    session.clients.ssm.send(command, { abortSignal }),
  );
  return Parameters ?? [];
}

export function describeParameters(
  session: Session,
  asked: { readonly names: readonly string[] } | { readonly tags: Readonly<Record<string, string>> },
): Promise<ParameterMetadata[]> {
  const ParameterFilters: ParameterStringFilter[] =
    "names" in asked
      ? [{ Key: "Name", Option: "Equals", Values: [...asked.names] }]
      : Object.entries(asked.tags).map(([key, value]) => ({ Key: `tag:${key}`, Values: [value] }));
  const what = ["DescribeParameters", ...("names" in asked ? [someNames(asked.names)] : [])].join(" ");
  return allPages(async (NextToken) => {
    const command = new DescribeParametersCommand({ ParameterFilters, NextToken });
    const answer = await call(session, what, (abortSignal) =>
      session.clients.ssm.send(command, { abortSignal }),
    );
    return { items: answer.Parameters ?? [], next: answer.NextToken };
  });
}

/** `undefined`: there is no such parameter. */
export async function parameterTags(
  session: Session,
  ResourceId: string,
): Promise<Record<string, string> | undefined> {
  const command = new ListTagsForResourceCommand({ ResourceType: "Parameter", ResourceId });
  try {
    const { TagList } = await call(session, `ListTagsForResource ${ResourceId}`, (abortSignal) =>
      session.clients.ssm.send(command, { abortSignal }),
    );
    return tagRecord(TagList);
  } catch (error) {
    if (error instanceof CloudFailure && error.code === "InvalidResourceId") return undefined;
    throw error;
  }
}

/** Creates a parameter for an AMI id. @throws {CloudFailure} ParameterAlreadyExists */
export function createParameter(session: Session, { tags, ...given }: NewParameter): Promise<void> {
  return putParameter(session, given, { Tags: tagList(tags) });
}

/**
 * Sets value and description; the data type is unchanged. The call returns before AWS has validated that the value is
 * an AMI. Tags are not accepted together with Overwrite (SSM API reference, PutParameter, read 2026-11).
 */
export function overwriteParameter(session: Session, given: Omit<NewParameter, "tags">): Promise<void> {
  return putParameter(session, given, { Overwrite: true });
}

async function putParameter(
  session: Session,
  { name, value, description }: Omit<NewParameter, "tags">,
  how: { Tags: { Key: string; Value: string }[] } | { Overwrite: true },
): Promise<void> {
  const command = new PutParameterCommand({
    Name: name,
    Value: value,
    Description: description,
    Type: "String",
    // AWS validates that the value is an image of the region, and permits it in `resolve:ssm:`.
    DataType: "aws:ec2:image",
    ...how,
  });
  await call(session, `PutParameter ${name}`, (abortSignal) =>
    session.clients.ssm.send(command, { abortSignal }),
  );
}

export async function addParameterTags(
  session: Session,
  ResourceId: string,
  tags: Record<string, string>,
): Promise<void> {
  const command = new AddTagsToResourceCommand({
    ResourceType: "Parameter",
    ResourceId,
    Tags: tagList(tags),
  });
  await call(session, `AddTagsToResource ${ResourceId}`, (abortSignal) =>
    session.clients.ssm.send(command, { abortSignal }),
  );
}

export async function removeParameterTags(
  session: Session,
  ResourceId: string,
  keys: readonly string[],
): Promise<void> {
  const command = new RemoveTagsFromResourceCommand({
    ResourceType: "Parameter",
    ResourceId,
    TagKeys: [...keys],
  });
  await call(session, `RemoveTagsFromResource ${ResourceId}`, (abortSignal) =>
    session.clients.ssm.send(command, { abortSignal }),
  );
}

export async function deleteParameter(session: Session, Name: string): Promise<void> {
  await call(session, `DeleteParameter ${Name}`, (abortSignal) =>
    session.clients.ssm.send(new DeleteParameterCommand({ Name }), { abortSignal }),
  );
}
