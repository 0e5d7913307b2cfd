import type { CloudPipeline } from "../init/ci/pipeline";

/**
 * On GitHub AWS's own action asks for a session of an hour and longer, because the workflow's token is over in minutes; on GitLab a
 * token lives as long as its job, and both providers read it from its file.
 */
export const awsPipeline: CloudPipeline = {
  cloud: "aws",
  github: {
    variables: {
      AWS_ROLE: "ARN of the role that trusts token.actions.githubusercontent.com",
      AWS_REGION: "home region",
    },
    env: "",
    step: `      # v4.1.0
      - uses: aws-actions/configure-aws-credentials@ececac1a45f3b08a01d2dd070d28d111c5fe6722
        with:
          role-to-assume: \${{ vars.AWS_ROLE }}
          aws-region: \${{ vars.AWS_REGION }}
          role-duration-seconds: 3600`,
  },
  gitlab: {
    variables: { AWS_ROLE_ARN: "ARN of the role that trusts this GitLab" },
    token: ["AWS_TOKEN", "sts.amazonaws.com"],
    commands: [
      `export AWS_WEB_IDENTITY_TOKEN_FILE="$PWD/.aws-token"
(umask 077 && printf '%s' "$AWS_TOKEN" > "$AWS_WEB_IDENTITY_TOKEN_FILE")`,
    ],
  },
};
