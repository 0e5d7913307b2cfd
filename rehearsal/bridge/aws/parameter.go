package aws

import (
	"context"

	"github.com/hashicorp/terraform-plugin-sdk/v2/helper/customdiff"
	"github.com/hashicorp/terraform-plugin-sdk/v2/helper/schema"
	"github.com/hashicorp/terraform-plugin-sdk/v2/helper/validation"
)

// Facts of this file: hashicorp/terraform-provider-aws internal/service/ssm/parameter.go, version 6, read 2026-11-28.
// Write-only values are left out.

func parameter() *schema.Resource {
	either := func(of *schema.Schema) *schema.Schema {
		of.Computed = true
		return of
	}
	values := []string{"insecure_value", "value"}
	insecure, value, tier := either(text()), either(text()), either(text())
	insecure.ExactlyOneOf, value.ExactlyOneOf, value.Sensitive = values, values, true
	// AWS picks one of the two others, and the resource is content with either.
	tier.DiffSuppressFunc = func(_, before, after string, _ *schema.ResourceData) bool {
		return before != "" && after == "Intelligent-Tiering"
	}
	tier.ValidateFunc = validation.StringInSlice([]string{"Standard", "Advanced", "Intelligent-Tiering"}, false)
	upTo := func(of *schema.Schema, least, most int) *schema.Schema {
		of.ValidateFunc = validation.StringLenBetween(least, most)
		return of
	}
	kind := &schema.Schema{Type: schema.TypeString, Required: true}
	kind.ValidateFunc = validation.StringInSlice([]string{"String", "StringList", "SecureString"}, false)
	return withTags(&schema.Resource{
		CreateWithoutTimeout: createParameter,
		ReadWithoutTimeout:   readParameter,
		UpdateWithoutTimeout: updateParameter,
		DeleteWithoutTimeout: deleteParameter,
		Importer:             importer(),
		Schema: regional(map[string]*schema.Schema{
			"allowed_pattern": upTo(text(), 0, 1024),
			"arn":             either(text()),
			"data_type":       replacing(either(text()), "aws:ec2:image", "aws:ssm:integration", "text"),
			"description":     upTo(text(), 0, 1024),
			"has_value_wo":    computed(schema.TypeBool),
			"insecure_value":  insecure,
			"key_id":          either(text()),
			"name":            upTo(required(), 1, 2048),
			"overwrite":       flag(),
			"tier":            tier,
			"type":            kind,
			"value":           value,
			"version":         computed(schema.TypeInt),
		}),
		CustomizeDiff: customdiff.Sequence(
			replaceInAnotherRegion,
			// AWS refuses the way back to the cheaper tier.
			customdiff.ForceNewIfChange("tier", func(_ context.Context, before, after, _ any) bool {
				return before.(string) == "Advanced" && after.(string) == "Standard"
			}),
			// In this order: another insecure value makes the version unknown only once `value` is.
			customdiff.ComputedIf("version", func(_ context.Context, diff *schema.ResourceDiff, _ any) bool {
				return diff.HasChange("value") || !diff.NewValueKnown("value") || diff.HasChange("description")
			}),
			customdiff.ComputedIf("value", func(_ context.Context, diff *schema.ResourceDiff, _ any) bool {
				return diff.HasChange("insecure_value")
			}),
			customdiff.ComputedIf("insecure_value", func(_ context.Context, diff *schema.ResourceDiff, _ any) bool {
				if diff.NewValueKnown("insecure_value") {
					return false
				}
				return diff.HasChange("value") || !diff.NewValueKnown("value")
			}),
		),
	})
}
