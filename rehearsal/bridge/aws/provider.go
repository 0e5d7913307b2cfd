// Package aws is a part of Pulumi's AWS provider, version 7.48 over hashicorp/terraform-provider-aws version 6: the
// resources that Imprimatur uses.
package aws

import (
	"context"

	"github.com/hashicorp/terraform-plugin-sdk/v2/helper/schema"
	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge"
	shimv2 "github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfshim/sdk-v2"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// Version of the npm package that the program uses.
const Version = "7.48.0"

// Provider describes the resources as pulumi-aws does.
//
// Source: pulumi/pulumi-aws provider/resources.go, config.go, tags.go, region.go and autonaming.go, read 2026-11-28: names
// are made up of 255 characters at most; `tagsAll` and `region` become inputs before a resource is checked.
func Provider() tfbridge.ProviderInfo {
	info := tfbridge.ProviderInfo{
		P:            shimv2.NewProvider(terraformProvider()),
		Name:         "aws",
		Version:      Version,
		MetadataInfo: tfbridge.NewProviderMetadata([]byte("{}")),
		Config: map[string]*tfbridge.SchemaInfo{
			"region":                 {Default: &tfbridge.DefaultInfo{EnvVars: []string{"AWS_REGION", "AWS_DEFAULT_REGION"}}},
			"skip_region_validation": {Default: &tfbridge.DefaultInfo{Value: true}},
		},
		PreConfigureCallback: validateCredentials,
		Resources: map[string]*tfbridge.ResourceInfo{
			"aws_ami":           {Tok: "aws:ec2/ami:Ami"},
			"aws_ami_copy":      {Tok: "aws:ec2/amiCopy:AmiCopy"},
			"aws_ssm_parameter": {Tok: "aws:ssm/parameter:Parameter"},
		},
		EnableZeroDefaultSchemaVersion: true,
	}
	for _, of := range info.Resources {
		of.PreCheckCallback = inputsOfTheProvider
	}
	info.SetAutonaming(255, "-")
	return info
}

func terraformProvider() *schema.Provider {
	return &schema.Provider{
		Schema:               configSchema(),
		ConfigureContextFunc: configure,
		ResourcesMap: map[string]*schema.Resource{
			"aws_ami":           ami(),
			"aws_ami_copy":      amiCopy(),
			"aws_ssm_parameter": parameter(),
		},
	}
}

// inputsOfTheProvider adds what follows from the provider's settings: `tagsAll` and `region`.
func inputsOfTheProvider(_ context.Context, inputs, config resource.PropertyMap) (resource.PropertyMap, error) {
	inputs = inputs.Copy()
	inputs["tagsAll"] = mergedTags(inputs["tags"], config["defaultTags"])
	if given, ok := inputs["region"]; !ok || given.IsNull() {
		if region, ok := config["region"]; ok && !region.IsNull() {
			inputs["region"] = region
		}
	}
	return inputs, nil
}

// mergedTags are the provider's default tags under the resource's own; unknown when any of them is.
func mergedTags(own, defaults resource.PropertyValue) resource.PropertyValue {
	if own.ContainsUnknowns() || defaults.ContainsUnknowns() {
		return resource.NewOutputProperty(resource.Output{Known: false})
	}
	merged := resource.PropertyMap{}
	if defaults.IsObject() {
		if tags := defaults.ObjectValue()["tags"]; tags.IsObject() {
			for key, value := range tags.ObjectValue() {
				merged[key] = value
			}
		}
	}
	if own.IsObject() {
		for key, value := range own.ObjectValue() {
			merged[key] = value
		}
	}
	return resource.NewObjectProperty(merged)
}
