import { ListTagsForResourceCommand, type SSMClient } from "@aws-sdk/client-ssm";
import { tagRecord } from "./snapshot-api";

/** `undefined`: there is no such parameter. */
export async function parameterTags(
  ssm: SSMClient,
  ResourceId: string,
  abortSignal: AbortSignal,
): Promise<Record<string, string> | undefined> {
  const command = new ListTagsForResourceCommand({ ResourceType: "Parameter", ResourceId });
  try {
    return tagRecord((await ssm.send(command, { abortSignal })).TagList);
  } catch (error) {
    if (error instanceof Error && error.name === "InvalidResourceId") return undefined;
    throw error;
  }
}
