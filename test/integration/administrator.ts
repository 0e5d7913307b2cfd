/**
 * The administrator of the publisher's account on the stand-in clouds, for tests that prepare or change what the publisher
 * has no right to: what a native provider does, or a person in a console. The variables are in the environment.
 */
import { start } from "../../rehearsal/azure/index";
import type { RunningCloud } from "../../rehearsal/cloud";
import type { Harness } from "../unit/provider/harness";

/**
 * Starts the stand-in of Azure for this process, which does not trust its certificate: over plain HTTP.
 *
 * @param pace of its operations; default: none waits
 */
export async function runAzure(harness: Harness, pace?: number): Promise<RunningCloud> {
  const cloud = await harness.start(start, pace);
  process.env.AZURE_RESOURCE_MANAGER_ENDPOINT = `http://127.0.0.1:${cloud.port}`;
  process.env.AZURE_AUTHORITY_HOST = `http://127.0.0.1:${cloud.port}`;
  return cloud;
}

/** @param query further parameters, each with its `&` */
export function askAzure(
  method: string,
  id: string,
  apiVersion: string,
  body?: object,
  query = "",
): Promise<Response> {
  const url = `${process.env.AZURE_RESOURCE_MANAGER_ENDPOINT}${id}?api-version=${apiVersion}${query}`;
  return send(method, url, process.env.ADMINISTRATOR_AZURE_TOKEN, body);
}

export function askGoogle(method: string, path: string, body?: object): Promise<Response> {
  const url = `${process.env.STORAGE_EMULATOR_HOST}${path}`;
  return send(method, url, process.env.ADMINISTRATOR_GCP_TOKEN, body);
}

function send(method: string, url: string, token: string | undefined, body?: object): Promise<Response> {
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  return fetch(url, { method, headers, ...(body && { body: JSON.stringify(body) }) });
}

/** Settings of a client of AWS. */
export function asAdministrator(region: string): {
  region: string;
  credentials: { accessKeyId: string; secretAccessKey: string };
} {
  return {
    region,
    credentials: {
      accessKeyId: process.env.ADMINISTRATOR_AWS_ACCESS_KEY_ID!,
      secretAccessKey: process.env.ADMINISTRATOR_AWS_SECRET_ACCESS_KEY!,
    },
  };
}
