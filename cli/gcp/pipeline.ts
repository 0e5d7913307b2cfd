import type { CloudPipeline } from "../init/ci/pipeline";

/**
 * Workload identity federation. On GitLab the credentials' file is written here, in the form of
 * `gcloud iam workload-identity-pools create-cred-config` (google.aip.dev/auth/4117); it holds no secret.
 */
export const gcpPipeline: CloudPipeline = {
  cloud: "gcp",
  github: {
    variables: {
      GCP_PROVIDER: "projects/…/locations/global/workloadIdentityPools/…/providers/…",
      GCP_SERVICE_ACCOUNT: "service account that it may act as",
    },
    env: "",
    step: `      # v2.1.10
      - uses: google-github-actions/auth@ba79af03959ebeac9769e648f473a284504d9193
        with:
          workload_identity_provider: \${{ vars.GCP_PROVIDER }}
          service_account: \${{ vars.GCP_SERVICE_ACCOUNT }}`,
  },
  gitlab: {
    variables: {
      GCP_PROVIDER: "projects/…/locations/global/workloadIdentityPools/…/providers/…",
      GCP_SERVICE_ACCOUNT: "service account that it may act as",
    },
    token: ["GCP_TOKEN", "https://gitlab.com"],
    commands: [
      `export GOOGLE_APPLICATION_CREDENTIALS="$PWD/.gcp-credentials.json"
(umask 077 && printf '%s' "$GCP_TOKEN" > .gcp-token)
jq --null-input --arg token "$PWD/.gcp-token" '{
  type: "external_account",
  audience: "//iam.googleapis.com/\\(env.GCP_PROVIDER)",
  subject_token_type: "urn:ietf:params:oauth:token-type:jwt",
  token_url: "https://sts.googleapis.com/v1/token",
  credential_source: {file: $token},
  service_account_impersonation_url: "https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/\\(env.GCP_SERVICE_ACCOUNT):generateAccessToken"
}' > "$GOOGLE_APPLICATION_CREDENTIALS"`,
    ],
  },
};
