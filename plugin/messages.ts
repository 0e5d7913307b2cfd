/** The engine's messages, to and from plain values. */
import * as grpc from "@grpc/grpc-js";
import * as anyPb from "google-protobuf/google/protobuf/any_pb";
import * as structPb from "google-protobuf/google/protobuf/struct_pb";
import * as providerPb from "@pulumi/pulumi/proto/provider_pb";
import * as statusPb from "@pulumi/pulumi/proto/status_pb";
import { UNKNOWN } from "../facts/engine";
import { type CheckFailure, type Diff, PartialFailure, type Properties } from "./resource";

/** An error with its own gRPC status. */
export class Refusal extends Error {
  constructor(
    readonly code: grpc.status,
    message: string,
  ) {
    super(message);
  }
}

export function asStatus(error: unknown): Partial<grpc.StatusObject> {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof Refusal) return { code: error.code, details: message };
  if (!(error instanceof PartialFailure)) return { code: grpc.status.UNKNOWN, details: message };

  // The engine finds the partial state in this trailer (google.rpc.Status with one packed detail).
  const failed = new providerPb.ErrorResourceInitFailed();
  failed.setId(error.id);
  failed.setProperties(toStruct(error.outputs));
  failed.setReasonsList([...error.reasons]);
  const detail = new anyPb.Any();
  detail.pack(failed.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
  const status = new statusPb.Status();
  status.setCode(grpc.status.UNKNOWN);
  status.setMessage(message);
  status.addDetails(detail);
  const metadata = new grpc.Metadata();
  metadata.add("grpc-status-details-bin", Buffer.from(status.serializeBinary()));
  return { code: grpc.status.UNKNOWN, details: message, metadata };
}

export function checkResponse(
  inputs: Properties,
  failures: readonly CheckFailure[],
): providerPb.CheckResponse {
  const response = new providerPb.CheckResponse();
  response.setInputs(toStruct(inputs));
  for (const { property, reason } of failures) {
    const failure = new providerPb.CheckFailure();
    failure.setProperty(property);
    failure.setReason(reason);
    response.addFailures(failure);
  }
  return response;
}

export function diffResponse(
  diff: Diff,
  ignored: readonly string[],
  alwaysReplaces: boolean,
): providerPb.DiffResponse {
  const response = new providerPb.DiffResponse();
  const entries = Object.entries(diff.changes).filter(
    ([path]) => !ignored.some((prefix) => isWithin(path, prefix)),
  );
  const { DiffChanges } = providerPb.DiffResponse;
  response.setChanges(entries.length > 0 ? DiffChanges.DIFF_SOME : DiffChanges.DIFF_NONE);
  response.setHasdetaileddiff(true);
  const properties = new Set<string>();
  const replacing = new Set<string>();
  for (const [path, change] of entries) {
    const replace = change.replace || alwaysReplaces;
    const detail = new providerPb.PropertyDiff();
    detail.setKind(kindOf(change.kind, replace));
    detail.setInputdiff(diff.comparedWith !== "outputs");
    response.getDetaileddiffMap().set(path, detail);
    const property = path.split(/[.[]/)[0] ?? path;
    properties.add(property);
    if (replace) replacing.add(property);
  }
  response.setDiffsList([...properties]);
  response.setReplacesList([...replacing]);
  response.setDeletebeforereplace(diff.deleteBeforeReplace ?? false);
  return response;
}

/** True when `path` is `prefix` or lies below it: `tags` covers `tags.Name` and `tags[0]`. */
function isWithin(path: string, prefix: string): boolean {
  return path === prefix || (path.startsWith(prefix) && /^[.[]/.test(path.slice(prefix.length)));
}

function kindOf(kind: "add" | "delete" | "update", replace: boolean): providerPb.PropertyDiff.Kind {
  const { Kind } = providerPb.PropertyDiff;
  switch (kind) {
    case "add":
      return replace ? Kind.ADD_REPLACE : Kind.ADD;
    case "delete":
      return replace ? Kind.DELETE_REPLACE : Kind.DELETE;
    case "update":
      return replace ? Kind.UPDATE_REPLACE : Kind.UPDATE;
  }
}

export function unknowns(names: readonly string[]): Properties {
  return Object.fromEntries(names.map((name) => [name, UNKNOWN]));
}

export function fromStruct(struct: structPb.Struct | undefined): Properties {
  return struct?.toJavaScript() ?? {};
}

/** JSON round trip: drops `undefined`, and refuses what the engine's state cannot hold (a bigint, a cycle). */
export function toStruct(value: Properties): structPb.Struct {
  return structPb.Struct.fromJavaScript(
    JSON.parse(JSON.stringify(value)) as Record<string, structPb.JavaScriptValue>,
  );
}

/** Provider config arrives with nested values as JSON text, and unknown ones as the marker. */
export function parseConfig(raw: Properties): Properties {
  const config: Properties = {};
  for (const [key, value] of Object.entries(raw)) {
    if (value === UNKNOWN) continue;
    config[key] = typeof value === "string" && /^(\[|\{|true$|false$)/.test(value) ? tryJson(value) : value;
  }
  return config;
}

function tryJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
