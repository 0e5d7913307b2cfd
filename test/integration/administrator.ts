/**
 * Settings of a client as the administrator of the publisher's account, for tests that prepare or change what the
 * publisher has no right to. The stand-in's variables are in the environment.
 */
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
