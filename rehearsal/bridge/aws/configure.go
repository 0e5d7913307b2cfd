package aws

import (
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/feature/ec2/imds"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
	"github.com/hashicorp/terraform-plugin-sdk/v2/diag"
	"github.com/hashicorp/terraform-plugin-sdk/v2/helper/schema"
)

// maxRetries is how often the provider repeats a call unless it is told otherwise; after maxNetworkRetries nobody was at
// home. Source: hashicorp/aws-sdk-go-base v2.0.0-beta.74, aws_config.go and internal/constants, read 2026-11-28.
const (
	maxRetries        = 25
	maxNetworkRetries = 9
)

// session is what the resources need of a configured provider.
type session struct {
	config      aws.Config
	accountID   string
	defaultTags map[string]string
	endpoints   map[string]string

	lock sync.Mutex
	ec2s map[string]*ec2.Client
	ssms map[string]*ssm.Client
}

func text() *schema.Schema { return &schema.Schema{Type: schema.TypeString, Optional: true} }
func flag() *schema.Schema { return &schema.Schema{Type: schema.TypeBool, Optional: true} }
func texts() *schema.Schema {
	return &schema.Schema{Type: schema.TypeSet, Optional: true, Elem: &schema.Schema{Type: schema.TypeString}, Set: schema.HashString}
}
func textMap() *schema.Schema {
	return &schema.Schema{Type: schema.TypeMap, Optional: true, Elem: &schema.Schema{Type: schema.TypeString}}
}

func configSchema() map[string]*schema.Schema {
	allowed, forbidden := texts(), texts()
	allowed.ConflictsWith = []string{"forbidden_account_ids"}
	forbidden.ConflictsWith = []string{"allowed_account_ids"}
	return map[string]*schema.Schema{
		"access_key":                  text(),
		"allowed_account_ids":         allowed,
		"forbidden_account_ids":       forbidden,
		"max_retries":                 {Type: schema.TypeInt, Optional: true},
		"profile":                     text(),
		"region":                      text(),
		"retry_mode":                  text(),
		"secret_key":                  text(),
		"shared_config_files":         {Type: schema.TypeList, Optional: true, Elem: &schema.Schema{Type: schema.TypeString}},
		"shared_credentials_files":    {Type: schema.TypeList, Optional: true, Elem: &schema.Schema{Type: schema.TypeString}},
		"skip_credentials_validation": flag(),
		"skip_metadata_api_check":     flag(),
		"skip_region_validation":      flag(),
		"skip_requesting_account_id":  flag(),
		"sts_region":                  text(),
		"token":                       text(),
		"default_tags": {
			Type: schema.TypeList, Optional: true, MaxItems: 1,
			Elem: &schema.Resource{Schema: map[string]*schema.Schema{"tags": textMap()}},
		},
		"endpoints": {
			Type: schema.TypeSet, Optional: true,
			Elem: &schema.Resource{Schema: map[string]*schema.Schema{
				"ec2": text(), "iam": text(), "ssm": text(), "sts": text(),
			}},
		},
	}
}

// configure finds credentials, whose they are, and whether that account is allowed. Without credentials it fails, whatever
// is skipped; without `skip_requesting_account_id` IAM and STS are asked.
//
// Source: hashicorp/terraform-provider-aws internal/conns/config.go, hashicorp/aws-sdk-go-base awsauth.go, read 2026-11-28.
func configure(ctx context.Context, d *schema.ResourceData) (any, diag.Diagnostics) {
	loaded, err := awsConfig(ctx, d)
	if err != nil {
		return nil, diag.FromErr(err)
	}
	if _, err := loaded.Credentials.Retrieve(ctx); err != nil {
		return nil, diag.Errorf("No valid credential sources found: %s", err)
	}
	s := &session{
		config: loaded, defaultTags: map[string]string{}, endpoints: map[string]string{},
		ec2s: map[string]*ec2.Client{}, ssms: map[string]*ssm.Client{},
	}
	for _, one := range d.Get("endpoints").(*schema.Set).List() {
		for service, url := range one.(map[string]any) {
			if url.(string) != "" {
				s.endpoints[service] = url.(string)
			}
		}
	}
	for key, value := range d.Get("default_tags.0.tags").(map[string]any) {
		s.defaultTags[key] = value.(string)
	}
	validate, ask := !d.Get("skip_credentials_validation").(bool), !d.Get("skip_requesting_account_id").(bool)
	if validate || ask {
		s.accountID, err = s.account(ctx, validate, d.Get("sts_region").(string))
		if err != nil {
			return nil, diag.FromErr(err)
		}
	}
	return s, s.allowed(d)
}

// allowed refuses other accounts than those that were named, where the account is known at all.
func (s *session) allowed(d *schema.ResourceData) diag.Diagnostics {
	if s.accountID == "" {
		return nil
	}
	if d.Get("forbidden_account_ids").(*schema.Set).Contains(s.accountID) {
		return diag.Errorf("AWS account ID not allowed: %s", s.accountID)
	}
	if named := d.Get("allowed_account_ids").(*schema.Set); named.Len() > 0 && !named.Contains(s.accountID) {
		return diag.Errorf("AWS account ID not allowed: %s", s.accountID)
	}
	return nil
}

func awsConfig(ctx context.Context, d *schema.ResourceData) (aws.Config, error) {
	attempts := maxRetries
	if given, ok := d.GetOk("max_retries"); ok {
		attempts = given.(int)
	}
	options := []func(*config.LoadOptions) error{
		config.WithRegion(d.Get("region").(string)),
		config.WithEC2IMDSClientEnableState(imds.ClientDisabled),
		config.WithRetryer(func() aws.Retryer {
			return &shortNetwork{retry.NewStandard(func(o *retry.StandardOptions) { o.MaxAttempts = attempts })}
		}),
	}
	if key := d.Get("access_key").(string); key != "" {
		static := credentials.NewStaticCredentialsProvider(key, d.Get("secret_key").(string), d.Get("token").(string))
		options = append(options, config.WithCredentialsProvider(static))
	}
	if profile := d.Get("profile").(string); profile != "" {
		options = append(options, config.WithSharedConfigProfile(profile))
	}
	if files := stringsOf(d.Get("shared_config_files")); len(files) > 0 {
		options = append(options, config.WithSharedConfigFiles(files))
	}
	if files := stringsOf(d.Get("shared_credentials_files")); len(files) > 0 {
		options = append(options, config.WithSharedCredentialsFiles(files))
	}
	loaded, err := config.LoadDefaultConfig(ctx, options...)
	if err != nil {
		return loaded, fmt.Errorf("loading configuration: %w", err)
	}
	if loaded.Region == "" {
		return loaded, errors.New("invalid AWS Region: ")
	}
	return loaded, nil
}

// shortNetwork stops early where nobody answers.
type shortNetwork struct{ aws.RetryerV2 }

func (r *shortNetwork) RetryDelay(attempt int, err error) (time.Duration, error) {
	var network *net.OpError
	if attempt >= maxNetworkRetries && errors.As(err, &network) {
		said := network.Error()
		if strings.Contains(said, "no such host") || strings.Contains(said, "connection refused") {
			return 0, &retry.MaxAttemptsError{Attempt: attempt, Err: err}
		}
	}
	return r.RetryerV2.RetryDelay(attempt, err)
}

func (s *session) ec2(region string) *ec2.Client {
	s.lock.Lock()
	defer s.lock.Unlock()
	if s.ec2s[region] == nil {
		s.ec2s[region] = ec2.NewFromConfig(s.config, func(o *ec2.Options) {
			o.Region = region
			o.BaseEndpoint = s.endpoint("ec2", o.BaseEndpoint)
		})
	}
	return s.ec2s[region]
}

func (s *session) ssm(region string) *ssm.Client {
	s.lock.Lock()
	defer s.lock.Unlock()
	if s.ssms[region] == nil {
		s.ssms[region] = ssm.NewFromConfig(s.config, func(o *ssm.Options) {
			o.Region = region
			o.BaseEndpoint = s.endpoint("ssm", o.BaseEndpoint)
		})
	}
	return s.ssms[region]
}

// endpoint is the one that the provider's settings name, or else what the SDK found in the environment.
func (s *session) endpoint(service string, found *string) *string {
	if named, ok := s.endpoints[service]; ok {
		return &named
	}
	return found
}

func stringsOf(list any) []string {
	var all []string
	for _, one := range list.([]any) {
		all = append(all, one.(string))
	}
	return slices.Clip(all)
}
