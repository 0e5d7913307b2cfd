// Bridge serves the few resource types that Imprimatur uses of Pulumi's AWS and Google Cloud providers, through the real
// Pulumi Terraform Bridge and Pulumi's fork of the Terraform SDK: what decides there how a resource behaves (differences,
// replacements, hashes of sets, explicit empty values, partial state, refresh, cancellation) decides here too. Schemas and
// calls are written down as facts of the providers' sources; each file names its source and the day it was read.
//
// The name that the program is started by says which provider it is.
package main

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge"

	"imprimatur/rehearsal/bridge/aws"
	"imprimatur/rehearsal/bridge/gcp"
)

func main() {
	switch name := filepath.Base(os.Args[0]); name {
	case "pulumi-resource-aws":
		tfbridge.Main("aws", aws.Version, aws.Provider(), []byte(`{"name":"aws","version":"`+aws.Version+`"}`))
	case "pulumi-resource-gcp":
		tfbridge.Main("gcp", gcp.Version, gcp.Provider(), []byte(`{"name":"gcp","version":"`+gcp.Version+`"}`))
	default:
		fmt.Fprintf(os.Stderr, "%s: start this as pulumi-resource-aws or pulumi-resource-gcp\n", name)
		os.Exit(2)
	}
}
