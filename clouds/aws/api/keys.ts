/** KMS calls. */
import { GetPublicKeyCommand, type GetPublicKeyCommandOutput, SignCommand } from "@aws-sdk/client-kms";
import { CloudFailure } from "../../failure";
import { call, type Session } from "./session";

/** @param KeyId ARN of the key or of an alias */
export function getPublicKey(session: Session, KeyId: string): Promise<GetPublicKeyCommandOutput> {
  return call(session, `GetPublicKey ${KeyId}`, (abortSignal) =>
    session.clients.kms.send(new GetPublicKeyCommand({ KeyId }), { abortSignal }),
  );
}

/** ECDSA on P-256 over a digest. @returns the signature in DER */
export async function sign(session: Session, KeyId: string, sha256: Uint8Array): Promise<Buffer> {
  const command = new SignCommand({
    KeyId,
    Message: sha256,
    MessageType: "DIGEST",
    SigningAlgorithm: "ECDSA_SHA_256",
  });
  const { Signature } = await call(session, `Sign ${KeyId}`, (abortSignal) =>
    session.clients.kms.send(command, { abortSignal }),
  );
  if (!Signature)
    throw new CloudFailure("server", `Sign ${KeyId} in ${session.region}: no signature in the answer`);
  return Buffer.from(Signature);
}
