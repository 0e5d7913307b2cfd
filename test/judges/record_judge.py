"""Verifies a record with securesystemslib (DSSE) and reads it with in-toto's own model, which knows no other members:
python3 record_judge.py RECORD PUBLIC_KEY"""

import base64
import copy
import json
import sys

import in_toto_attestation.predicates.provenance.v1.provenance_pb2 as provenance_pb
import in_toto_attestation.v1.statement_pb2 as statement_pb
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from google.protobuf import json_format
from in_toto_attestation.v1.statement import Statement
from securesystemslib.dsse import Envelope
from securesystemslib.exceptions import VerificationError
from securesystemslib.signer import SSlibKey


def envelope_of(bundle, keyid):
    """sigstore writes protobuf's JSON: base64 as in DSSE, and the key beside the signature."""
    dsse = copy.deepcopy(bundle["dsseEnvelope"])
    for signature in dsse["signatures"]:
        signature["keyid"] = keyid
    return Envelope.from_dict(dsse)


def flip(text, at):
    data = bytearray(base64.b64decode(text))
    data[at % len(data)] ^= 1
    return base64.b64encode(bytes(data)).decode()


def refused(bundle, key):
    try:
        envelope_of(bundle, key.keyid).verify([key], 1)
    except VerificationError:
        return
    raise AssertionError("a changed record was accepted")


def read_strictly(payload):
    """Statement v1 and SLSA provenance v1, each member of the type that the specification gives it, and no other."""
    parsed = json_format.Parse(payload, statement_pb.Statement())
    Statement.copy_from_pb(parsed).validate()
    predicate = json_format.MessageToDict(parsed.predicate)
    provenance = json_format.ParseDict(predicate, provenance_pb.Provenance())
    assert provenance.build_definition.build_type and provenance.run_details.builder.id, provenance
    for thing in provenance.run_details.byproducts:
        assert thing.uri.startswith(thing.annotations["cloud"] + ":"), thing


def main():
    record, public = sys.argv[1:]
    with open(record, encoding="utf-8") as file:
        bundle = json.load(file)
    with open(public, "rb") as file:
        key = SSlibKey.from_crypto(load_pem_public_key(file.read()))

    envelope = envelope_of(bundle, key.keyid)
    accepted = envelope.verify([key], 1)
    assert list(accepted) == [key.keyid], accepted
    assert envelope.payload_type == "application/vnd.in-toto+json", envelope.payload_type
    statement = json.loads(envelope.payload)
    assert statement["_type"] == "https://in-toto.io/Statement/v1", statement["_type"]
    assert statement["predicateType"] == "https://slsa.dev/provenance/v1", statement["predicateType"]
    assert all(len(subject["digest"]["sha256"]) == 64 for subject in statement["subject"])
    assert statement["predicate"]["runDetails"]["byproducts"], "no cloud object"

    read_strictly(envelope.payload)
    for at in (0, 100, 1000, -1):
        changed = copy.deepcopy(bundle)
        changed["dsseEnvelope"]["payload"] = flip(changed["dsseEnvelope"]["payload"], at)
        refused(changed, key)
    for at in range(len(base64.b64decode(bundle["dsseEnvelope"]["signatures"][0]["sig"]))):
        changed = copy.deepcopy(bundle)
        signature = changed["dsseEnvelope"]["signatures"][0]
        signature["sig"] = flip(signature["sig"], at)
        refused(changed, key)
    print("ok")


main()
