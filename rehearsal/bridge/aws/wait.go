package aws

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/smithy-go"
	"github.com/hashicorp/terraform-plugin-sdk/v2/helper/retry"
	"github.com/hashicorp/terraform-plugin-sdk/v2/helper/schema"
)

// Facts of this file: hashicorp/terraform-provider-aws internal/service/ec2/ec2_ami.go, find.go and wait.go, version 6, read
// 2026-11-28: the first look is 5 seconds after the call, the others at least 3 seconds apart; a new id may be unknown for 5
// minutes; `InvalidAMIID.NotFound` and the state `deregistered` mean gone, `InvalidAMIID.Unavailable` is a failure.

const (
	firstLook          = 5 * time.Second
	betweenLooks       = 3 * time.Second
	propagationTimeout = 5 * time.Minute
	changeTimeout      = 2 * time.Minute
)

func hasCode(err error, codes ...string) bool {
	var said smithy.APIError
	return errors.As(err, &said) && slices.Contains(codes, said.ErrorCode())
}

func isNotFound(err error) bool {
	var missing *retry.NotFoundError
	return errors.As(err, &missing)
}

// final ends a retry: with success where there is no error.
func final(err error) *retry.RetryError {
	if err == nil {
		return nil
	}
	return retry.NonRetryableError(err)
}

func findImage(ctx context.Context, conn *ec2.Client, id string) (*types.Image, error) {
	found, err := conn.DescribeImages(ctx, &ec2.DescribeImagesInput{ImageIds: []string{id}})
	if hasCode(err, "InvalidAMIID.NotFound") {
		return nil, &retry.NotFoundError{LastError: err}
	}
	if err != nil {
		return nil, err
	}
	if len(found.Images) != 1 || aws.ToString(found.Images[0].ImageId) != id {
		return nil, &retry.NotFoundError{LastError: errors.New("empty result")}
	}
	if image := &found.Images[0]; image.State != types.ImageStateDeregistered {
		return image, nil
	}
	return nil, &retry.NotFoundError{Message: string(types.ImageStateDeregistered)}
}

// findNewImage looks again and again for an image that was just made, once for any other.
func findNewImage(ctx context.Context, conn *ec2.Client, id string, isNew bool) (*types.Image, error) {
	var image *types.Image
	err := retry.RetryContext(ctx, propagationTimeout, func() *retry.RetryError {
		var err error
		if image, err = findImage(ctx, conn, id); isNew && isNotFound(err) {
			return retry.RetryableError(err)
		}
		return final(err)
	})
	return image, err
}

func imageState(ctx context.Context, conn *ec2.Client, id string) retry.StateRefreshFunc {
	return func() (any, string, error) {
		image, err := findImage(ctx, conn, id)
		if isNotFound(err) {
			return nil, "", nil
		}
		if err != nil {
			return nil, "", err
		}
		return image, string(image.State), nil
	}
}

func waitAvailable(ctx context.Context, conn *ec2.Client, id string, timeout time.Duration) (*types.Image, error) {
	waiting := &retry.StateChangeConf{
		Pending: []string{string(types.ImageStatePending)}, Target: []string{string(types.ImageStateAvailable)},
		Refresh: imageState(ctx, conn, id), Timeout: timeout, Delay: firstLook, MinTimeout: betweenLooks,
	}
	found, err := waiting.WaitForStateContext(ctx)
	image, _ := found.(*types.Image)
	var unexpected *retry.UnexpectedStateError
	if errors.As(err, &unexpected) && image != nil && image.StateReason != nil {
		unexpected.LastError = errors.New(aws.ToString(image.StateReason.Message))
	}
	return image, err
}

func waitDeleted(ctx context.Context, conn *ec2.Client, id string, timeout time.Duration) error {
	waiting := &retry.StateChangeConf{
		Pending: []string{string(types.ImageStateAvailable), string(types.ImageStateFailed), string(types.ImageStatePending)},
		Refresh: imageState(ctx, conn, id), Timeout: timeout, Delay: firstLook, MinTimeout: betweenLooks,
	}
	_, err := waiting.WaitForStateContext(ctx)
	return err
}

func waitUntil(ctx context.Context, conn *ec2.Client, id string, reached func(*types.Image) bool) error {
	waiting := &retry.StateChangeConf{
		Pending: []string{"no"}, Target: []string{"yes"}, Timeout: changeTimeout, Delay: firstLook, MinTimeout: betweenLooks,
		Refresh: func() (any, string, error) {
			image, err := findImage(ctx, conn, id)
			if isNotFound(err) {
				return "", "no", nil
			}
			if err != nil {
				return nil, "", err
			}
			if reached(image) {
				return image, "yes", nil
			}
			return image, "no", nil
		},
	}
	if _, err := waiting.WaitForStateContext(ctx); err != nil {
		return fmt.Errorf("waiting for completion: %w", err)
	}
	return nil
}

func describe(ctx context.Context, conn *ec2.Client, id, description string) error {
	_, err := conn.ModifyImageAttribute(ctx, &ec2.ModifyImageAttributeInput{
		Description: &types.AttributeValue{Value: aws.String(description)}, ImageId: aws.String(id),
	})
	if err == nil {
		err = waitUntil(ctx, conn, id, func(image *types.Image) bool { return aws.ToString(image.Description) == description })
	}
	if err != nil {
		return fmt.Errorf("updating description: %w", err)
	}
	return nil
}

func deprecate(ctx context.Context, conn *ec2.Client, id, at string) error {
	date, _ := time.Parse(time.RFC3339, at)
	_, err := conn.EnableImageDeprecation(ctx, &ec2.EnableImageDeprecationInput{DeprecateAt: &date, ImageId: aws.String(id)})
	if err == nil {
		err = waitUntil(ctx, conn, id, func(image *types.Image) bool {
			return image.DeprecationTime != nil && minuteOf(*image.DeprecationTime).Equal(date.Round(time.Minute))
		})
	}
	if err != nil {
		return fmt.Errorf("enabling deprecation: %w", err)
	}
	return nil
}

// endDeprecation runs into its limit for a public image: AWS accepts the call and does nothing.
func endDeprecation(ctx context.Context, conn *ec2.Client, id string) error {
	_, err := conn.DisableImageDeprecation(ctx, &ec2.DisableImageDeprecationInput{ImageId: aws.String(id)})
	if err == nil {
		err = waitUntil(ctx, conn, id, func(image *types.Image) bool { return image.DeprecationTime == nil })
	}
	if err != nil {
		return fmt.Errorf("disabling deprecation: %w", err)
	}
	return nil
}

func minuteOf(date string) time.Time {
	parsed, _ := time.Parse(time.RFC3339, date)
	return parsed.Round(time.Minute)
}

// sameMinute: EC2 keeps dates to the minute.
func sameMinute(_, before, after string, _ *schema.ResourceData) bool {
	if before == "" || after == "" {
		return before == after
	}
	return minuteOf(before).Equal(minuteOf(after))
}
