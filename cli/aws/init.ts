import { AWS_REGIONS } from "../../config/aws/regions";
import type { Section } from "../init/section";

export const awsSection: Section = {
  options: [["--aws-region <region>", "home region on AWS, where the disk is uploaded"]],
  credentials: "AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY",
  package: "@pulumi/aws",
  write: async ({ isPublic }, { awsRegion }, asker) => {
    const region = await asker.answer(awsRegion, {
      flag: "--aws-region",
      asks: "Home region on AWS, where the disk is uploaded",
      fallback: process.env.AWS_REGION ?? process.env.AWS_DEFAULT_REGION ?? "us-east-1",
      refuses: (answer) =>
        Object.hasOwn(AWS_REGIONS, answer)
          ? undefined
          : `${answer} is no region of AWS: give one as eu-central-1`,
    });
    return `  imprimatur:aws:
    # accountId: "123456789012"    publishes from this account only
    homeRegion: ${region}
    # Every region that gets the images, the home region too. {} takes everything from below.
    regions:
      ${region}: {}
    sharing:
      # Accounts instead of everyone: accounts: ["123456789012"]
      public: ${isPublic}
    # SSM parameters that hold the newest published AMI.
    pointers: ["/images/{product}/{architecture}/latest"]
`;
  },
};
