package aws

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
	"github.com/aws/aws-sdk-go-v2/service/ssm/types"
	"github.com/hashicorp/terraform-plugin-sdk/v2/diag"
	"github.com/hashicorp/terraform-plugin-sdk/v2/helper/retry"
	"github.com/hashicorp/terraform-plugin-sdk/v2/helper/schema"
)

// validationTimeout is how long a new parameter of the type `aws:ec2:image` may be unknown, while AWS checks its value.
const validationTimeout = 2 * time.Minute

func valueOf(d *schema.ResourceData) *string {
	if insecure := d.Get("insecure_value").(string); insecure != "" {
		return &insecure
	}
	return aws.String(d.Get("value").(string))
}

// overwrites: as the program says; if it says nothing, an update does and a create does not.
func overwrites(d *schema.ResourceData) bool {
	if given := d.GetRawConfig(); !given.IsNull() {
		if overwrite := given.GetAttr("overwrite"); overwrite.IsKnown() && !overwrite.IsNull() {
			return overwrite.True()
		}
	}
	return !d.IsNewResource()
}

func createParameter(ctx context.Context, d *schema.ResourceData, meta any) diag.Diagnostics {
	conn := meta.(*session).ssm(d.Get("region").(string))
	name, kind := d.Get("name").(string), types.ParameterType(d.Get("type").(string))
	input := &ssm.PutParameterInput{
		AllowedPattern: aws.String(d.Get("allowed_pattern").(string)),
		Name:           aws.String(name),
		Overwrite:      aws.Bool(overwrites(d)),
		Type:           kind,
		Value:          valueOf(d),
	}
	if given, ok := d.GetOk("data_type"); ok {
		input.DataType = aws.String(given.(string))
	}
	if given, ok := d.GetOk("description"); ok {
		input.Description = aws.String(given.(string))
	}
	if given, ok := d.GetOk("key_id"); ok && kind == types.ParameterTypeSecureString {
		input.KeyId = aws.String(given.(string))
	}
	if given, ok := d.GetOk("tier"); ok {
		input.Tier = types.ParameterTier(given.(string))
	}
	// AWS refuses tags together with `Overwrite`.
	tags := ssmTags(tagsIn(d))
	if !*input.Overwrite {
		input.Tags = tags
	}
	if err := putParameter(ctx, conn, input); err != nil {
		return diag.Errorf("creating SSM Parameter (%s): %s", name, err)
	}
	if len(tags) > 0 && input.Tags == nil {
		if err := addParameterTags(ctx, conn, name, tags); err != nil {
			return diag.Errorf("setting SSM Parameter (%s) tags: %s", name, err)
		}
	}
	d.SetId(name)
	return readParameter(ctx, d, meta)
}

// putParameter falls back to the tier that a region has.
func putParameter(ctx context.Context, conn *ssm.Client, input *ssm.PutParameterInput) error {
	_, err := conn.PutParameter(ctx, input)
	if hasCode(err, "ValidationException") && strings.Contains(err.Error(), "Tier is not supported") {
		input.Tier = ""
		_, err = conn.PutParameter(ctx, input)
	}
	return err
}

// readParameter waits for a new image parameter only. After an update it takes what is there at once, also where AWS still
// checks the new value and shows the old one: then the state keeps the old value.
func readParameter(ctx context.Context, d *schema.ResourceData, meta any) diag.Diagnostics {
	s := meta.(*session)
	region := d.Get("region").(string)
	conn := s.ssm(region)
	found, err := findParameter(ctx, conn, d.Id(), d.IsNewResource() && d.Get("data_type").(string) == "aws:ec2:image")
	if isNotFound(err) && !d.IsNewResource() {
		d.SetId("")
		return nil
	}
	if err != nil {
		return diag.Errorf("reading SSM Parameter (%s): %s", d.Id(), err)
	}
	value := "value"
	if _, ok := d.GetOk("insecure_value"); ok && found.Type != types.ParameterTypeSecureString {
		value = "insecure_value"
	}
	err = setAll(d, map[string]any{
		"arn": found.ARN, "name": found.Name, "type": string(found.Type), "version": int(found.Version), "region": region,
		"has_value_wo": nil, value: found.Value,
	})
	if err != nil {
		return diag.FromErr(err)
	}
	if found.Type == types.ParameterTypeSecureString && d.Get("insecure_value").(string) != "" {
		return diag.Errorf("invalid configuration, cannot set type = %s and insecure_value", found.Type)
	}
	described, err := describeParameter(ctx, conn, d.Get("name").(string))
	if isNotFound(err) && !d.IsNewResource() {
		d.SetId("")
		return nil
	}
	if err != nil {
		return diag.Errorf("reading SSM Parameter metadata (%s): %s", d.Id(), err)
	}
	err = setAll(d, map[string]any{
		"allowed_pattern": described.AllowedPattern, "data_type": described.DataType, "description": described.Description,
		"key_id": described.KeyId, "tier": string(described.Tier),
	})
	if err != nil {
		return diag.FromErr(err)
	}
	tags, err := conn.ListTagsForResource(ctx, &ssm.ListTagsForResourceInput{
		ResourceId: aws.String(d.Id()), ResourceType: types.ResourceTypeForTaggingParameter,
	})
	if err != nil {
		return diag.Errorf("listing tags for SSM (Systems Manager) Parameter (%s): %s", d.Id(), err)
	}
	all := map[string]string{}
	for _, tag := range tags.TagList {
		all[aws.ToString(tag.Key)] = aws.ToString(tag.Value)
	}
	return setTags(d, s, all)
}

func findParameter(ctx context.Context, conn *ssm.Client, name string, patiently bool) (*types.Parameter, error) {
	var found *types.Parameter
	err := retry.RetryContext(ctx, validationTimeout, func() *retry.RetryError {
		got, err := conn.GetParameter(ctx, &ssm.GetParameterInput{Name: aws.String(name), WithDecryption: aws.Bool(true)})
		if hasCode(err, "ParameterNotFound") || (err == nil && got.Parameter == nil) {
			err = &retry.NotFoundError{LastError: err}
			if patiently {
				return retry.RetryableError(err)
			}
		}
		if err == nil {
			found = got.Parameter
		}
		return final(err)
	})
	return found, err
}

func describeParameter(ctx context.Context, conn *ssm.Client, name string) (*types.ParameterMetadata, error) {
	var all []types.ParameterMetadata
	pages := ssm.NewDescribeParametersPaginator(conn, &ssm.DescribeParametersInput{
		ParameterFilters: []types.ParameterStringFilter{
			{Key: aws.String("Name"), Option: aws.String("Equals"), Values: []string{name}},
		},
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		all = append(all, page.Parameters...)
	}
	if len(all) != 1 {
		return nil, &retry.NotFoundError{LastError: errors.New("empty result")}
	}
	return &all[0], nil
}

func updateParameter(ctx context.Context, d *schema.ResourceData, meta any) diag.Diagnostics {
	conn := meta.(*session).ssm(d.Get("region").(string))
	if d.HasChange("tags_all") {
		if err := changeParameterTags(ctx, conn, d); err != nil {
			return diag.Errorf("updating tags for SSM (Systems Manager) Parameter (%s): %s", d.Id(), err)
		}
	}
	if d.HasChangesExcept("overwrite", "tags", "tags_all") {
		kind := types.ParameterType(d.Get("type").(string))
		input := &ssm.PutParameterInput{
			AllowedPattern: aws.String(d.Get("allowed_pattern").(string)),
			Name:           aws.String(d.Id()),
			Overwrite:      aws.Bool(overwrites(d)),
			Tier:           types.ParameterTier(d.Get("tier").(string)),
			Type:           kind,
			Value:          valueOf(d),
		}
		if d.HasChange("data_type") {
			input.DataType = aws.String(d.Get("data_type").(string))
		}
		if d.HasChange("description") {
			input.Description = aws.String(d.Get("description").(string))
		}
		if d.HasChange("key_id") && kind == types.ParameterTypeSecureString {
			input.KeyId = aws.String(d.Get("key_id").(string))
		}
		if given := d.GetRawConfig(); !given.IsNull() {
			if tier := given.GetAttr("tier"); tier.IsKnown() && !tier.IsNull() {
				input.Tier = types.ParameterTier(tier.AsString())
			}
		}
		if err := putParameter(ctx, conn, input); err != nil {
			return diag.Errorf("updating SSM Parameter (%s): %s", d.Id(), err)
		}
	}
	return readParameter(ctx, d, meta)
}

func deleteParameter(ctx context.Context, d *schema.ResourceData, meta any) diag.Diagnostics {
	conn := meta.(*session).ssm(d.Get("region").(string))
	_, err := conn.DeleteParameter(ctx, &ssm.DeleteParameterInput{Name: aws.String(d.Get("name").(string))})
	if err == nil || hasCode(err, "ParameterNotFound") {
		return nil
	}
	return diag.Errorf("deleting SSM Parameter (%s): %s", d.Id(), err)
}
