package aws

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
	"github.com/aws/aws-sdk-go-v2/service/ssm/types"
	"github.com/hashicorp/terraform-plugin-sdk/v2/helper/schema"
)

func ssmTags(tags map[string]string) []types.Tag {
	var list []types.Tag
	for key, value := range tags {
		list = append(list, types.Tag{Key: aws.String(key), Value: aws.String(value)})
	}
	return list
}

func addParameterTags(ctx context.Context, conn *ssm.Client, name string, tags []types.Tag) error {
	_, err := conn.AddTagsToResource(ctx, &ssm.AddTagsToResourceInput{
		ResourceId: aws.String(name), ResourceType: types.ResourceTypeForTaggingParameter, Tags: tags,
	})
	return err
}

func changeParameterTags(ctx context.Context, conn *ssm.Client, d *schema.ResourceData) error {
	removed, changed := tagChanges(d)
	if len(removed) > 0 {
		_, err := conn.RemoveTagsFromResource(ctx, &ssm.RemoveTagsFromResourceInput{
			ResourceId: aws.String(d.Id()), ResourceType: types.ResourceTypeForTaggingParameter, TagKeys: removed,
		})
		if err != nil {
			return err
		}
	}
	if len(changed) == 0 {
		return nil
	}
	return addParameterTags(ctx, conn, d.Id(), ssmTags(changed))
}
