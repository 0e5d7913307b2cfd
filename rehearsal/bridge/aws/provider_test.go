package aws

import (
	"context"
	"testing"

	"github.com/hashicorp/terraform-plugin-sdk/v2/helper/schema"
	"github.com/hashicorp/terraform-plugin-sdk/v2/terraform"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

func TestSchemasAreValid(t *testing.T) {
	if err := terraformProvider().InternalValidate(); err != nil {
		t.Fatal(err)
	}
}

// What the Terraform SDK makes of a change of a registered image.
func TestChangesOfAnImage(t *testing.T) {
	device := func(volumeType string) []any {
		return []any{map[string]any{"device_name": "/dev/sda1", "snapshot_id": "snap-1", "volume_type": volumeType}}
	}
	before := map[string]any{
		"name": "a", "region": "eu-central-1", "description": "one", "tags_all": map[string]any{"a": "1"}, "deprecation_time": "2028-11-20T00:00:00Z",
		"ebs_block_device": device("gp3"),
	}
	for _, one := range []struct {
		name      string
		change    map[string]any
		different []string
		replaces  bool
	}{
		{name: "nothing"},
		{name: "seconds of a date", change: map[string]any{"deprecation_time": "2028-11-20T00:00:20Z"}},
		{name: "the volume type", change: map[string]any{"ebs_block_device": device("gp2")}},
		{name: "the description", change: map[string]any{"description": "two"}, different: []string{"description"}},
		{name: "the name", change: map[string]any{"name": "b"}, different: []string{"name"}, replaces: true},
		{name: "the region", change: map[string]any{"region": "us-east-1"}, different: []string{"region"}, replaces: true},
	} {
		t.Run(one.name, func(t *testing.T) {
			after := map[string]any{}
			for _, given := range []map[string]any{before, one.change} {
				for key, value := range given {
					after[key] = value
				}
			}
			diff := planned(t, ami(), before, after)
			for _, name := range one.different {
				if diff == nil || diff.Attributes[name] == nil {
					t.Errorf("%s is no difference", name)
				}
			}
			if len(one.different) == 0 && diff != nil && len(diff.Attributes) > 0 {
				t.Errorf("differs: %v", diff.Attributes)
			}
			if replaces := diff != nil && diff.RequiresNew(); replaces != one.replaces {
				t.Errorf("replaces: %v", replaces)
			}
		})
	}
}

// planned is the difference between a state with these values and a configuration with those.
func planned(t *testing.T, of *schema.Resource, before, after map[string]any) *terraform.InstanceDiff {
	t.Helper()
	data := schema.TestResourceDataRaw(t, of.Schema, before)
	data.SetId("ami-1")
	state := data.State()
	diff, err := of.Diff(context.Background(), state, terraform.NewResourceConfigRaw(after), nil)
	if err != nil {
		t.Fatal(err)
	}
	return diff
}

func TestInputsOfTheProvider(t *testing.T) {
	config := resource.NewPropertyMapFromMap(map[string]any{
		"region": "eu-central-1", "defaultTags": map[string]any{"tags": map[string]any{"a": "1", "b": "1"}},
	})
	for _, one := range []struct{ name, region, want string }{
		{name: "the provider's region", want: "eu-central-1"},
		{name: "a region of its own", region: "us-east-1", want: "us-east-1"},
	} {
		t.Run(one.name, func(t *testing.T) {
			given := map[string]any{"tags": map[string]any{"b": "2"}}
			if one.region != "" {
				given["region"] = one.region
			}
			inputs, err := inputsOfTheProvider(context.Background(), resource.NewPropertyMapFromMap(given), config)
			if err != nil {
				t.Fatal(err)
			}
			if got := inputs["region"].StringValue(); got != one.want {
				t.Errorf("region %s", got)
			}
			all := inputs["tagsAll"].ObjectValue()
			if all["a"].StringValue() != "1" || all["b"].StringValue() != "2" {
				t.Errorf("tags %v", all)
			}
		})
	}
}
