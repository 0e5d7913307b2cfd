import { z } from "zod";
import {
  GoogleError,
  invalid,
  invalidField,
  notRehearsed,
  permissionRequired,
  resourceNotFound,
} from "../errors";
import { route, routeWithBody, type Incoming, type Route } from "../http/route";
import { stringMap } from "../http/schema";
import type { Identity } from "../identities";
import { IMAGE_PERMISSIONS, IMAGE_ROLES, isAllowed, isAllowedOnProject } from "../permissions";
import type { SettingsStore } from "../settings";
import { deprecationSchema, readDeprecation } from "./deprecation";
import { checkArchitecture, imageSchema, presentImage, type Image } from "./image";
import type { Images } from "./images";
import { COMPUTE_V1, imageLink, imagePath } from "./links";
import { LIST_PARAMETERS, listPage } from "./list";
import { checkDescription, checkLabels, checkName } from "./names";
import type { Operations, Work } from "./operations";
import { labelFingerprint, presentPolicy, replacePolicy, setPolicySchema } from "./policy";

interface ImageServices {
  images: Images;
  operations: Operations;
  settings: SettingsStore;
  /** The project in the path; 404 if it does not exist. */
  project: (incoming: Incoming<unknown>) => string;
  /** The same, refused unless the caller has the permission. */
  mayUse: (incoming: Incoming<unknown>, permission: string) => string;
}

const COLLECTION = "/compute/v1/projects/{project}/global/images";
const REQUEST_ID = ["requestId"];

export function imageRoutes(services: ImageServices): readonly Route[] {
  const { images, operations, settings, project: projectOf, mayUse } = services;
  const find = (incoming: Incoming<unknown>, permission: string): Image =>
    images.get(incoming.caller, projectOf(incoming), incoming.params.image ?? "", permission);

  /** Starts an operation on an image, or returns the one that the same request id started. */
  const change = (incoming: Incoming<unknown>, image: Image, operationType: string, work: Partial<Work>) => {
    const { caller, query } = incoming;
    const requestId = query.get("requestId");
    const operation =
      operations.withRequestId(image.project, requestId) ??
      operations.start(signedIn(caller), image.project, requestId, {
        operationType,
        targetLink: imageLink(image.project, image.name),
        targetId: image.id,
        work: { kind: "change", image: `${image.project}/${image.name}`, ...work },
      });
    return { json: operation };
  };

  return [
    route({
      method: "GET",
      path: COLLECTION,
      query: LIST_PARAMETERS,
      handle(incoming) {
        const project = mayUse(incoming, "compute.images.list");
        const own = [...images.all()].filter((image) => image.project === project).map(presentImage);
        return {
          json: {
            kind: "compute#imageList",
            id: `projects/${project}/global/images`,
            ...listPage(own, incoming),
            selfLink: `${COMPUTE_V1}/projects/${project}/global/images`,
          },
        };
      },
    }),
    routeWithBody({
      method: "POST",
      path: COLLECTION,
      query: [...REQUEST_ID, "forceCreate"],
      body: imageSchema,
      handle(incoming) {
        const { caller, query, body } = incoming;
        const project = projectOf(incoming);
        if (!caller || !isAllowedOnProject(caller, "compute.images.create", project)) {
          throw permissionRequired("compute.images.create", imagePath(project, body.name ?? ""));
        }
        const requestId = query.get("requestId");
        const begun = operations.withRequestId(project, requestId);
        if (begun) return { json: begun };
        const { image, work, warnings } = images.insert(caller, project, body);
        images.set(image);
        return {
          json: operations.start(caller, project, requestId, {
            operationType: "insert",
            targetLink: imageLink(project, image.name),
            targetId: image.id,
            work,
            ...(warnings ? { warnings } : {}),
          }),
        };
      },
    }),
    route({
      method: "GET",
      path: `${COLLECTION}/family/{family}`,
      handle({ caller, params, ...rest }) {
        const project = projectOf({ caller, params, ...rest });
        const family = params.family ?? "";
        const image = images.newestOf(project, family);
        const thing = images.access(project, image);
        const path = imagePath(project, `family/${family}`);
        if (!isAllowed(caller, "compute.images.getFromFamily", thing, IMAGE_ROLES)) {
          // flatcar/Flatcar issue 314
          throw permissionRequired("compute.images.get", path);
        }
        if (!image) throw resourceNotFound(path);
        return { json: presentImage(image) };
      },
    }),
    route({
      method: "GET",
      path: `${COLLECTION}/{image}`,
      handle: (incoming) => ({ json: presentImage(find(incoming, "compute.images.get")) }),
    }),
    route({
      method: "DELETE",
      path: `${COLLECTION}/{image}`,
      query: REQUEST_ID,
      handle(incoming) {
        const image = find(incoming, "compute.images.delete");
        if (image.status === "PENDING") {
          throw new GoogleError(
            400,
            "resourceNotReady",
            `The resource '${imagePath(image.project, image.name)}' is not ready`,
          );
        }
        return change(incoming, image, "delete", { kind: "delete" });
      },
    }),
    routeWithBody({
      method: "PATCH",
      path: `${COLLECTION}/{image}`,
      query: REQUEST_ID,
      body: imageSchema,
      handle(incoming) {
        const image = find(incoming, "compute.images.update");
        return change(incoming, image, "patch", { fields: patchFields(incoming.body, image) });
      },
    }),
    routeWithBody({
      method: "POST",
      path: `${COLLECTION}/{image}/deprecate`,
      query: REQUEST_ID,
      body: deprecationSchema,
      handle(incoming) {
        const image = find(incoming, "compute.images.deprecate");
        const deprecated = readDeprecation(incoming.body, "", image.project) ?? null;
        // The operation's type is not the method's name (libcloud's fixture of 2014-03-11, test/contract/).
        return change(incoming, image, "setDeprecation", { fields: { deprecated } });
      },
    }),
    routeWithBody({
      method: "POST",
      path: `${COLLECTION}/{image}/setLabels`,
      body: z.strictObject({ labels: stringMap.optional(), labelFingerprint: z.string().optional() }),
      handle(incoming) {
        const image = find(incoming, "compute.images.setLabels");
        const { labels = {}, labelFingerprint: fingerprint } = incoming.body;
        if (fingerprint !== labelFingerprint(image.labels)) {
          throw new GoogleError(
            412,
            "conditionNotMet",
            "Labels fingerprint either invalid or resource labels have changed",
          );
        }
        checkLabels(labels);
        return change(incoming, image, "setLabels", { fields: { labels } });
      },
    }),
    route({
      method: "GET",
      path: `${COLLECTION}/{image}/getIamPolicy`,
      query: ["optionsRequestedPolicyVersion"],
      handle: (incoming) => ({ json: presentPolicy(find(incoming, "compute.images.getIamPolicy").policy) }),
    }),
    routeWithBody({
      method: "POST",
      path: `${COLLECTION}/{image}/setIamPolicy`,
      body: setPolicySchema,
      handle(incoming) {
        const image = find(incoming, "compute.images.setIamPolicy");
        const policy = replacePolicy(image.policy, incoming.body, settings.current.domainRestrictedSharing);
        images.setPolicy(image, policy);
        return { json: presentPolicy(policy) };
      },
    }),
    routeWithBody({
      method: "POST",
      path: `${COLLECTION}/{image}/testIamPermissions`,
      body: z.strictObject({ permissions: z.array(z.string()).default([]) }),
      handle(incoming) {
        const { caller, params, body } = incoming;
        const project = projectOf(incoming);
        const unknown = body.permissions.find((permission) => !IMAGE_PERMISSIONS.has(permission));
        if (unknown !== undefined) throw invalid(`Permission ${unknown} is not valid for this resource.`);
        const image = images.find(project, params.image ?? "");
        // https://cloud.google.com/iam/docs/reference/rpc/google.iam.v1: a resource that does not exist grants no
        // permission
        if (!image) return { json: {} };
        const thing = images.access(project, image);
        const permissions = body.permissions.filter((permission) =>
          isAllowed(caller, permission, thing, IMAGE_ROLES),
        );
        return { json: permissions.length > 0 ? { permissions } : {} };
      },
    }),
  ];
}

/**
 * Fields changed by a patch: "family, description, deprecation status", and the architecture, used by `gcloud compute
 * images update`.
 */
function patchFields(body: z.infer<typeof imageSchema>, image: Image): Record<string, unknown> {
  const { family, description, deprecated, architecture, name, ...others } = body;
  const ignored = ["labelFingerprint", "kind", "id", "selfLink", "creationTimestamp", "status"];
  const other = Object.keys(others).find(
    (field) => others[field as keyof typeof others] !== undefined && !ignored.includes(field),
  );
  if (other !== undefined) throw invalid(`The field '${other}' of an image cannot be changed with patch.`);
  if (name !== undefined && name !== image.name)
    throw invalidField("resource.name", name, "The name of an image cannot be changed.");
  if (family !== undefined && family !== "") checkName("resource.family", family);
  if (description !== undefined) checkDescription("resource.description", description);
  return {
    ...(family === undefined ? {} : { family: family === "" ? null : family }),
    ...(description === undefined ? {} : { description: description === "" ? null : description }),
    ...(deprecated === undefined
      ? {}
      : { deprecated: readDeprecation(deprecated, "resource.deprecated.", image.project) ?? null }),
    ...(architecture === undefined ? {} : { architecture: checkArchitecture(architecture) }),
  };
}

function signedIn(caller: Identity | undefined): Identity {
  if (!caller) throw notRehearsed("Compute Engine without sign-in");
  return caller;
}
