package aws

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-sdk/v2/helper/customdiff"
	"github.com/hashicorp/terraform-plugin-sdk/v2/helper/schema"
)

// Facts of this file: hashicorp/terraform-provider-aws internal/provider/sdkv2 (region of a resource, version 6), read
// 2026-11-28: every resource may name a region, another one replaces it, and import ids may end in `@region`.

func regional(own map[string]*schema.Schema) map[string]*schema.Schema {
	own["region"] = &schema.Schema{Type: schema.TypeString, Optional: true, Computed: true}
	return own
}

var replaceInAnotherRegion = customdiff.ForceNewIfChange("region", func(_ context.Context, before, after, _ any) bool {
	return before.(string) != "" && before.(string) != after.(string)
})

func importer() *schema.ResourceImporter {
	return &schema.ResourceImporter{
		StateContext: func(_ context.Context, d *schema.ResourceData, meta any) ([]*schema.ResourceData, error) {
			region := meta.(*session).config.Region
			if at := strings.LastIndex(d.Id(), "@"); at >= 0 {
				region = d.Id()[at+1:]
				d.SetId(d.Id()[:at])
			}
			return []*schema.ResourceData{d}, d.Set("region", region)
		},
	}
}

// partitionOf is the AWS partition of a region, as ARNs spell it.
func partitionOf(region string) string {
	switch {
	case strings.HasPrefix(region, "cn-"):
		return "aws-cn"
	case strings.HasPrefix(region, "us-gov-"):
		return "aws-us-gov"
	}
	return "aws"
}

func setAll(d *schema.ResourceData, values map[string]any) error {
	for name, value := range values {
		if err := d.Set(name, value); err != nil {
			return err
		}
	}
	return nil
}
