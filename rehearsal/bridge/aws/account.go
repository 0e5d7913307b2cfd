package aws

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/arn"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge"
	shim "github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfshim"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// account asks whose the credentials are: STS alone where they are validated, else IAM's GetUser, STS, and IAM's ListRoles.
//
// Source: hashicorp/aws-sdk-go-base v2.0.0-beta.74, awsauth.go, read 2026-11-28.
func (s *session) account(ctx context.Context, validate bool, stsRegion string) (string, error) {
	if validate {
		id, err := s.accountFromSTS(ctx, stsRegion)
		if err != nil {
			return "", fmt.Errorf("validating provider credentials: %w", err)
		}
		return id, nil
	}
	var failed []error
	for _, ask := range []func() (string, error){
		func() (string, error) { return s.accountFromUser(ctx) },
		func() (string, error) { return s.accountFromSTS(ctx, stsRegion) },
		func() (string, error) { return s.accountFromRoles(ctx) },
	} {
		id, err := ask()
		if id != "" {
			return id, nil
		}
		failed = append(failed, err)
	}
	return "", fmt.Errorf("AWS account ID not previously found and failed retrieving via all available methods. "+
		"Errors: %w", errors.Join(failed...))
}

func (s *session) iam() *iam.Client {
	return iam.NewFromConfig(s.config, func(o *iam.Options) { o.BaseEndpoint = s.endpoint("iam", o.BaseEndpoint) })
}

func (s *session) accountFromSTS(ctx context.Context, region string) (string, error) {
	client := sts.NewFromConfig(s.config, func(o *sts.Options) {
		o.BaseEndpoint = s.endpoint("sts", o.BaseEndpoint)
		if region != "" {
			o.Region = region
		}
	})
	found, err := client.GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	if err != nil {
		return "", fmt.Errorf("retrieving caller identity from STS: %w", err)
	}
	return aws.ToString(found.Account), nil
}

func (s *session) accountFromUser(ctx context.Context) (string, error) {
	found, err := s.iam().GetUser(ctx, &iam.GetUserInput{})
	if err != nil {
		return "", fmt.Errorf("retrieving current IAM user: %w", err)
	}
	return accountOfARN(aws.ToString(found.User.Arn))
}

func (s *session) accountFromRoles(ctx context.Context) (string, error) {
	found, err := s.iam().ListRoles(ctx, &iam.ListRolesInput{MaxItems: aws.Int32(1)})
	if err != nil {
		return "", fmt.Errorf("listing IAM roles: %w", err)
	}
	if len(found.Roles) == 0 {
		return "", errors.New("no IAM roles found")
	}
	return accountOfARN(aws.ToString(found.Roles[0].Arn))
}

func accountOfARN(text string) (string, error) {
	parsed, err := arn.Parse(text)
	return parsed.AccountID, err
}

// validateCredentials is what pulumi-aws does before it configures the provider, unless it is told to skip it.
//
// Source: pulumi/pulumi-aws provider/config.go, preConfigureCallback, read 2026-11-28.
func validateCredentials(vars resource.PropertyMap, _ shim.ResourceConfig) error {
	if skip, ok := vars["skipCredentialsValidation"]; ok && skip.IsBool() && skip.BoolValue() {
		return nil
	}
	ctx := context.Background()
	options := []func(*config.LoadOptions) error{}
	if region, ok := vars["region"]; ok && region.IsString() {
		options = append(options, config.WithRegion(region.StringValue()))
	}
	loaded, err := config.LoadDefaultConfig(ctx, options...)
	if err == nil {
		_, err = sts.NewFromConfig(loaded).GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	}
	if err == nil {
		return nil
	}
	reason := fmt.Sprintf("unable to validate AWS credentials.\nDetails: %s\n", err)
	if strings.Contains(err.Error(), "get credentials") {
		reason = "No valid credential sources found.\n" + reason
	}
	return tfbridge.CheckFailureError{Failures: []tfbridge.CheckFailureErrorElement{{Reason: reason}}}
}
