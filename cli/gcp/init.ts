import type { Section } from "../init/section";
import { gcp as schema } from "../../config/gcp/schema";
import { refusedBy, yamlText } from "../init/answers";

export const gcpSection: Section = {
  options: [
    ["--gcp-project <id>", "project on Google Cloud that owns the images"],
    ["--gcp-location <location>", "multi-region or region that keeps archives and images on Google Cloud"],
  ],
  credentials: "`gcloud auth application-default login`, or GOOGLE_APPLICATION_CREDENTIALS",
  package: "@pulumi/gcp",
  write: async ({ isPublic, product }, { gcpProject, gcpLocation }, asker) => {
    const project = await asker.answer(gcpProject, {
      flag: "--gcp-project",
      asks: "Project on Google Cloud that owns the images",
      fallback: process.env.GOOGLE_CLOUD_PROJECT ?? process.env.GOOGLE_PROJECT,
      refuses: refusedBy(schema.shape.project),
    });
    const location = await asker.answer(gcpLocation, {
      flag: "--gcp-location",
      asks: "Where Google Cloud keeps archives and images (us, eu, asia or a region)",
      fallback: "us",
    });
    return `  imprimatur:gcp:
    project: ${yamlText(project)}
    bucket:
      # The uploaded archive passes through it. Its name is unique on all of Google Cloud.
      name: ${yamlText(bucketName(project, product))}
      location: ${yamlText(location)}
    sharing:
      # Single ones instead of everyone: principals: ["group:images@example.org"]
      public: ${isPublic}
    image:
      storageLocations: [${yamlText(location)}]
`;
  },
};

/** A bucket's name: no domain-scoped project's colon or dot, at most 63 characters. */
function bucketName(project: string, product: string): string {
  const name = `${project.split(":").at(-1)}-${product}-archives`.replaceAll(/[^a-z0-9-]/g, "-");
  return name.slice(0, 63).replace(/-+$/, "");
}
