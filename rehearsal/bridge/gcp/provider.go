// Package gcp is a part of Pulumi's Google Cloud provider, version 9.37 over hashicorp/terraform-provider-google-beta version
// 7: the resources that Imprimatur uses.
package gcp

import (
	"context"

	"github.com/hashicorp/terraform-plugin-sdk/v2/helper/schema"
	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge"
	shimv2 "github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfshim/sdk-v2"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// Version of the npm package that the program uses.
const Version = "9.37.0"

// Provider describes the resources as pulumi-gcp does.
//
// Source: pulumi/pulumi-gcp provider/resources.go and labels.go, read 2026-11-28: `terraform_labels` are called
// `pulumiLabels` and are never absent from a state; names are made up of 63 characters at most, in lower case.
func Provider() tfbridge.ProviderInfo {
	labeled := func(token string) *tfbridge.ResourceInfo {
		return &tfbridge.ResourceInfo{
			Tok:                tokenOf(token),
			Fields:             map[string]*tfbridge.SchemaInfo{"terraform_labels": {Name: "pulumiLabels"}},
			TransformFromState: withLabels,
		}
	}
	env := func(names ...string) *tfbridge.SchemaInfo {
		return &tfbridge.SchemaInfo{Default: &tfbridge.DefaultInfo{EnvVars: names}}
	}
	info := tfbridge.ProviderInfo{
		P:              shimv2.NewProvider(terraformProvider()),
		Name:           "gcp",
		ResourcePrefix: "google",
		Version:        Version,
		MetadataInfo:   tfbridge.NewProviderMetadata([]byte("{}")),
		Config: map[string]*tfbridge.SchemaInfo{
			"project": env("GOOGLE_PROJECT", "GOOGLE_CLOUD_PROJECT", "GCLOUD_PROJECT", "CLOUDSDK_CORE_PROJECT"),
			"region":  env("GOOGLE_REGION", "GCLOUD_REGION", "CLOUDSDK_COMPUTE_REGION"),
			"zone":    env("GOOGLE_ZONE", "GCLOUD_ZONE", "CLOUDSDK_COMPUTE_ZONE"),
			"add_terraform_attribution_label": {
				Name: "addPulumiAttributionLabel", Default: &tfbridge.DefaultInfo{Value: true},
			},
			"terraform_attribution_label_addition_strategy": {Name: "pulumiAttributionLabelAdditionStrategy"},
		},
		Resources: map[string]*tfbridge.ResourceInfo{
			"google_compute_image":  labeled("compute/image:Image"),
			"google_storage_bucket": labeled("storage/bucket:Bucket"),
			"google_compute_image_iam_member": {
				Tok: tokenOf("compute/imageIamMember:ImageIamMember"),
			},
		},
		EnableZeroDefaultSchemaVersion: true,
	}
	for name, length := range map[string]int{"google_compute_image": 63, "google_storage_bucket": 63} {
		info.Resources[name].Fields["name"] = tfbridge.AutoNameWithCustomOptions("name", tfbridge.AutoNameOptions{
			Separator: "-", Maxlen: length, Randlen: 7, Transform: lowerCase,
		})
	}
	return info
}

func terraformProvider() *schema.Provider {
	return &schema.Provider{
		Schema:               configSchema(),
		ConfigureContextFunc: configure,
		ResourcesMap: map[string]*schema.Resource{
			"google_compute_image":            image(),
			"google_compute_image_iam_member": imageIamMember(),
			"google_storage_bucket":           bucket(),
		},
	}
}

func withLabels(_ context.Context, state resource.PropertyMap) (resource.PropertyMap, error) {
	if _, ok := state["pulumiLabels"]; !ok {
		state = state.Copy()
		state["pulumiLabels"] = resource.NewObjectProperty(resource.PropertyMap{})
	}
	return state, nil
}
