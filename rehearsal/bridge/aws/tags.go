package aws

import (
	"context"
	"errors"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/smithy-go"
	"github.com/hashicorp/terraform-plugin-sdk/v2/diag"
	"github.com/hashicorp/terraform-plugin-sdk/v2/helper/retry"
	"github.com/hashicorp/terraform-plugin-sdk/v2/helper/schema"
)

// Facts of this file: hashicorp/terraform-provider-aws internal/tags and internal/provider/sdkv2 (tags interceptor),
// internal/service/ec2/tags_gen.go, and pulumi/pulumi-aws provider/tags.go (`tagsAll` is an input), read 2026-11-28: tags are
// changed before anything else of an update; AWS's own (`aws:`) are left out of the state.

func withTags(of *schema.Resource) *schema.Resource {
	of.Schema["tags"] = textMap()
	all := textMap()
	all.Computed = true
	of.Schema["tags_all"] = all
	return of
}

func tagsIn(d *schema.ResourceData) map[string]string { return tagMap(d.Get("tags_all")) }

func tagMap(value any) map[string]string {
	tags := map[string]string{}
	for key, value := range value.(map[string]any) {
		tags[key] = value.(string)
	}
	return tags
}

func ec2Tags(list []types.Tag) map[string]string {
	tags := map[string]string{}
	for _, tag := range list {
		tags[aws.ToString(tag.Key)] = aws.ToString(tag.Value)
	}
	return tags
}

// setTags sets what was read: all of it, and the resource's own, which is all that the provider's defaults do not explain.
func setTags(d *schema.ResourceData, s *session, found map[string]string) diag.Diagnostics {
	known := tagMap(d.Get("tags"))
	own, all := map[string]string{}, map[string]string{}
	for key, value := range found {
		if strings.HasPrefix(key, "aws:") {
			continue
		}
		all[key] = value
		_, named := known[key]
		if inherited, ok := s.defaultTags[key]; named || !ok || inherited != value {
			own[key] = value
		}
	}
	return diag.FromErr(setAll(d, map[string]any{"tags": own, "tags_all": all}))
}

// createTags waits until the new id is known to EC2's other endpoints.
func createTags(ctx context.Context, conn *ec2.Client, id string, tags map[string]string) error {
	if len(tags) == 0 {
		return nil
	}
	input := &ec2.CreateTagsInput{Resources: []string{id}}
	for key, value := range tags {
		input.Tags = append(input.Tags, types.Tag{Key: aws.String(key), Value: aws.String(value)})
	}
	return retry.RetryContext(ctx, propagationTimeout, func() *retry.RetryError {
		_, err := conn.CreateTags(ctx, input)
		var said smithy.APIError
		if errors.As(err, &said) && strings.Contains(said.ErrorCode(), ".NotFound") {
			return retry.RetryableError(err)
		}
		return final(err)
	})
}

func updateTags(ctx context.Context, conn *ec2.Client, d *schema.ResourceData) error {
	if !d.HasChange("tags_all") {
		return nil
	}
	removed, changed := tagChanges(d)
	if len(removed) > 0 {
		input := &ec2.DeleteTagsInput{Resources: []string{d.Id()}}
		for _, key := range removed {
			input.Tags = append(input.Tags, types.Tag{Key: aws.String(key)})
		}
		if _, err := conn.DeleteTags(ctx, input); err != nil {
			return err
		}
	}
	return createTags(ctx, conn, d.Id(), changed)
}

func tagChanges(d *schema.ResourceData) (removed []string, changed map[string]string) {
	old, new := d.GetChange("tags_all")
	before, after := tagMap(old), tagMap(new)
	changed = map[string]string{}
	for key := range before {
		if _, kept := after[key]; !kept {
			removed = append(removed, key)
		}
	}
	for key, value := range after {
		if was, ok := before[key]; !ok || was != value {
			changed[key] = value
		}
	}
	return removed, changed
}
