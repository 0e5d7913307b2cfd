/** Deletes what was left over. What is gone already is fine. */
import { DeregisterImageCommand } from "@aws-sdk/client-ec2";
import { DeleteParameterCommand } from "@aws-sdk/client-ssm";
import { ec2Client, ssmClient } from "./clients";
import { refuseProtected } from "./held-image";
import { endInstance } from "./instances";
import { callIfPresent, openSession } from "./session";
import { deleteSnapshot } from "./snapshots";

const SILENT = { status: () => undefined, warn: () => undefined };

export async function removeImage(region: string, ImageId: string, signal: AbortSignal): Promise<void> {
  const session = openSession(region, signal, SILENT);
  await refuseProtected(session, ImageId);
  await callIfPresent(session, `DeregisterImage ${ImageId}`, (abortSignal) =>
    ec2Client(region).send(new DeregisterImageCommand({ ImageId }), { abortSignal }),
  );
}

/** Its volume goes with it. */
export async function removeInstance(region: string, id: string, signal: AbortSignal): Promise<void> {
  await endInstance(openSession(region, signal, SILENT), id);
}

export async function removeSnapshot(region: string, id: string, signal: AbortSignal): Promise<void> {
  await deleteSnapshot(openSession(region, signal, SILENT), id);
}

export async function removeParameter(region: string, Name: string, signal: AbortSignal): Promise<void> {
  await callIfPresent(openSession(region, signal, SILENT), `DeleteParameter ${Name}`, (abortSignal) =>
    ssmClient(region).send(new DeleteParameterCommand({ Name }), { abortSignal }),
  );
}
