/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import type { Catalogue } from "../model";
import { relativePath } from "../paths";

/** Whose word all of it is, and how to check that. */
export function Trust({ catalogue, path }: { readonly catalogue: Catalogue; readonly path: string }) {
  return (
    <section id="trust" aria-labelledby="trust-title">
      <h2 id="trust-title">Check it yourself</h2>
      <p>
        This page proves nothing by itself: whoever can change it can change what it says. The signed record
        of a release does. Get the publisher's{" "}
        {catalogue.signers.some((signer) => "pem" in signer) ? "key" : "identity"} over another way than this
        page (their website, a keyring package), compare it with what stands here, and run the command that
        each release shows.
      </p>
      <ul class="signers">
        {catalogue.signers.map((signer) =>
          "pem" in signer ? (
            <li>
              <a href={relativePath(path, signer.file)} download>
                {signer.file}
              </a>
              <span class="quiet"> SHA-256 of the key </span>
              <code data-copy>{signer.fingerprint}</code>
            </li>
          ) : (
            <li>
              Signed by <code data-copy>{signer.identity}</code>, for whom{" "}
              <code data-copy>{signer.issuer}</code> vouches
            </li>
          ),
        )}
      </ul>
    </section>
  );
}
